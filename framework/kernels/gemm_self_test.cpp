#include <cornu/framework/kernels/gemm_self_test.hpp>

#include <vector>

namespace cornu::kernels {

namespace {

template <class T>
std::vector<T> small_numbers(std::int64_t count, std::int64_t first) {
  std::vector<T> numbers;
  for (std::int64_t i = 0; i < count; ++i) numbers.push_back(static_cast<T>((first + i * 7) % 11 - 5));
  return numbers;
}

template <class T>
T expected(const Product& p, const std::vector<T>& a, const std::vector<T>& b, std::int64_t i, std::int64_t j) {
  T sum = 0;
  for (std::int64_t l = 0; l < p.k; ++l) {
    const T left = a[static_cast<std::size_t>(p.transpose_a ? l * p.n + i : i * p.k + l)];
    const T right = b[static_cast<std::size_t>(p.transpose_b ? j * p.k + l : l * p.m + j)];
    sum += left * right;
  }
  return sum;
}

template <class T>
bool is_right(Multiply<T> multiply, const Product& p) {
  const std::vector<T> a = small_numbers<T>(p.n * p.k, 1), b = small_numbers<T>(p.k * p.m, 3);
  const std::vector<T> before = small_numbers<T>(p.n * p.m, 2);
  std::vector<T> out = before;
  multiply(p, a.data(), b.data(), out.data());
  for (std::int64_t i = 0, at = 0; i < p.n; ++i)
    for (std::int64_t j = 0; j < p.m; ++j, ++at) {
      const auto place = static_cast<std::size_t>(at);
      if (out[place] != expected(p, a, b, i, j) + (p.keep ? before[place] : T(0))) return false;
    }
  return true;
}

}  // namespace

template <class T>
bool passes_self_test(Multiply<T> multiply) {
  constexpr Product products[] = {
      {.n = 7, .m = 70, .k = 5},
      {.n = 8, .m = 32, .k = 7},  // whole vectors, which stay where they are
      {.transpose_a = true, .n = 13, .m = 35, .k = 6, .keep = true},
      {.transpose_b = true, .n = 14, .m = 18, .k = 9},
      {.transpose_a = true, .transpose_b = true, .n = 3, .m = 50, .k = 131, .keep = true},
  };
  for (const Product& product : products)
    if (!is_right(multiply, product)) return false;
  return true;
}

template bool passes_self_test<float>(Multiply<float>);
template bool passes_self_test<double>(Multiply<double>);

}  // namespace cornu::kernels
