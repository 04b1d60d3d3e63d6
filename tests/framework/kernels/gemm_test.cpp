#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <tuple>
#include <vector>

#include <cornu/framework/kernels/gemm.hpp>
#include <cornu/framework/kernels/gemm_kernels.hpp>
#include <cornu/framework/kernels/gemm_self_test.hpp>
#include <cornu/framework/kernels/table.hpp>

#include "tests/support/with_threads.hpp"

using namespace cornu::kernels;

namespace {

// Numbers of both signs whose products and sums are rounded.
template <class T>
std::vector<T> numbers(std::int64_t count, int seed) {
  std::vector<T> all;
  auto state = static_cast<std::uint32_t>(seed);
  for (std::int64_t i = 0; i < count; ++i) {
    state = state * 1664525U + 1013904223U;
    all.push_back(static_cast<T>(state >> 8) / T(1 << 23) - T(1));
  }
  return all;
}

template <class T>
std::vector<T> transposed(const std::vector<T>& matrix, std::int64_t rows, std::int64_t columns) {
  std::vector<T> other;
  for (std::int64_t j = 0; j < columns; ++j)
    for (std::int64_t i = 0; i < rows; ++i) other.push_back(matrix[static_cast<std::size_t>(i * columns + j)]);
  return other;
}

template <class T>
double plain(const Product& p, const std::vector<T>& a, const std::vector<T>& b, std::int64_t i, std::int64_t j) {
  double sum = 0;
  for (std::int64_t l = 0; l < p.k; ++l)
    sum += static_cast<double>(a[static_cast<std::size_t>(i * p.k + l)]) *
           static_cast<double>(b[static_cast<std::size_t>(l * p.m + j)]);
  return sum;
}

// Compares with the plain loop; `a` is (n, k) and `b` (k, m) whatever is transposed.
template <class T>
void check_product(const Product& p) {
  CAPTURE(p.n);
  CAPTURE(p.m);
  CAPTURE(p.k);
  const std::vector<T> a = numbers<T>(p.n * p.k, 1), b = numbers<T>(p.k * p.m, 2), before = numbers<T>(p.n * p.m, 3);
  std::vector<T> out = before;
  gemm(p, (p.transpose_a ? transposed(a, p.n, p.k) : a).data(), (p.transpose_b ? transposed(b, p.k, p.m) : b).data(),
       out.data());
  double largest = 0;
  for (std::int64_t i = 0, at = 0; i < p.n; ++i)
    for (std::int64_t j = 0; j < p.m; ++j, ++at) {
      const auto place = static_cast<std::size_t>(at);
      const double kept = p.keep ? static_cast<double>(before[place]) : 0;
      largest = std::max(largest, std::abs(static_cast<double>(out[place]) - kept - plain(p, a, b, i, j)));
    }
  const double epsilon = sizeof(T) == 4 ? 1e-6 : 1e-15;
  CHECK(largest < epsilon * (4 + static_cast<double>(p.k) / 8));
}

template <class T>
void check_all_ways(Product p) {
  for (const bool keep : {false, true})
    for (const bool transpose_a : {false, true})
      for (const bool transpose_b : {false, true}) {
        p.keep = keep;
        p.transpose_a = transpose_a;
        p.transpose_b = transpose_b;
        check_product<T>(p);
      }
}

// Multiplies by the kernels of one build.
template <class T, Build build>
void by_kernels(const Product& p, const T* a, const T* b, T* out) {
  const GemmKernels<T>& kernels = table_of<GemmKernels<T>>(build);
  std::vector<T> packed(static_cast<std::size_t>(p.k * (p.m + kernels.vector)));
  const std::int64_t row = p.transpose_a ? 1 : p.k, column = p.transpose_a ? p.n : 1;
  for (std::int64_t l = 0; l < p.k; l += gemm_depth) {
    const std::int64_t k = std::min(p.k - l, gemm_depth);
    p.transpose_b ? kernels.pack_transpose(b + l, p.k, k, p.m, packed.data())
                  : kernels.pack(b + l * p.m, p.m, k, p.m, packed.data());
    kernels.multiply(a + l * column, row, column, {packed.data()}, p.n, p.m, k, p.keep || l > 0, {}, out, p.m);
  }
}

}  // namespace

TEST_CASE("gemm: tiles of all heights and widths, both operands as they lie and transposed") {
  for (std::int64_t n = 1; n <= 14; ++n)
    for (const std::int64_t m : {1, 3, 15, 16, 17, 31, 33, 48, 50, 64, 65, 130})
      check_all_ways<float>({.n = n, .m = m, .k = 5});
  for (std::int64_t n = 2; n <= 14; n += 3)
    for (const std::int64_t m : {2, 7, 8, 9, 16, 23, 32, 33, 70}) check_all_ways<double>({.n = n, .m = m, .k = 7});
}

TEST_CASE("gemm: more rows, columns and terms than are packed at a time") {
  check_all_ways<float>({.n = 200, .m = 20, .k = 130});
  check_all_ways<float>({.n = 7, .m = 530, .k = 260});
  check_all_ways<float>({.n = 9000, .m = 3, .k = 2});
  check_all_ways<double>({.n = 195, .m = 515, .k = 3});
  check_all_ways<float>({.n = 3, .m = 5, .k = 20'000});
}

TEST_CASE("gemm: nothing to multiply gives zeros, or what was there") {
  std::vector<float> out{1, 2, 3, 4};
  gemm({.n = 0, .m = 4, .k = 3}, out.data(), out.data(), out.data());
  gemm({.n = 2, .m = 2, .k = 0, .keep = true}, out.data(), out.data(), out.data());
  CHECK(out == std::vector<float>{1, 2, 3, 4});
  gemm({.n = 2, .m = 2, .k = 0}, out.data(), out.data(), out.data());
  CHECK(out == std::vector<float>(4));
}

TEST_CASE("gemm: a row of a product has the bits that it has among fewer rows and columns") {
  if (product_kernels() != ProductKernels::own) return;
  constexpr std::int64_t n = 29, m = 77, k = 300;
  const auto a = numbers<float>(n * k, 1), b = numbers<float>(k * m, 2), b_transposed = transposed(b, k, m);
  std::vector<float> all(n * m);
  gemm({.n = n, .m = m, .k = k}, a.data(), b.data(), all.data());
  for (std::int64_t rows = 2; rows < n; ++rows)
    for (const std::int64_t columns : {m, std::int64_t{5}}) {
      std::vector<float> some(static_cast<std::size_t>(rows * columns));
      gemm({.transpose_b = true, .n = rows, .m = columns, .k = k}, a.data() + (n - rows) * k, b_transposed.data(),
           some.data());
      bool equal = true;
      for (std::int64_t i = 0; i < rows; ++i)
        equal = equal && std::equal(some.begin() + i * columns, some.begin() + (i + 1) * columns,
                                    all.begin() + (n - rows + i) * m);
      CHECK(equal);
    }
}

TEST_CASE("gemm: sums of a million terms do not drift") {
  if (product_kernels() != ProductKernels::own) return;
  constexpr std::int64_t k = 1'000'000;
  const std::vector<float> a(2 * k, 0.1F), b(2 * k, 1.0F);
  std::vector<float> out(4);
  gemm({.n = 2, .m = 2, .k = k}, a.data(), b.data(), out.data());
  CHECK(out[3] == doctest::Approx(k * static_cast<double>(0.1F)).epsilon(2e-6));
}

TEST_CASE("PackedMatrix: products with it are gemm's, wherever their rows lie") {
  for (const bool transpose : {false, true})
    for (const std::int64_t k : {0, 1, 64, 300}) {
      constexpr std::int64_t n = 31, m = 70, stride = m + 5;
      const auto a = numbers<double>(n * (k + 3), 1), b = numbers<double>(k * m, 2), bias = numbers<double>(m, 4);
      std::vector<double> memory(static_cast<std::size_t>(PackedMatrix<double>::size(k, m)));
      const PackedMatrix<double> packed(b.data(), transpose, k, m, memory.data());
      std::vector<double> left, out = numbers<double>(n * m, 3), expected = out;
      for (std::int64_t i = 0; i < n; ++i)
        left.insert(left.end(), a.begin() + i * (k + 3), a.begin() + i * (k + 3) + k);
      packed.multiply({a.data(), k + 3}, n, true, nullptr, {out.data(), m});
      gemm({.transpose_b = transpose, .n = n, .m = m, .k = k, .keep = true}, left.data(), b.data(), expected.data());
      CHECK(out == expected);
      packed.multiply({a.data(), k + 3}, 2, false, nullptr, {out.data(), m});
      CHECK(std::equal(out.begin() + 2 * m, out.end(), expected.begin() + 2 * m));
      gemm({.transpose_b = transpose, .n = n, .m = m, .k = k}, left.data(), b.data(), expected.data(), {bias.data()});
      std::vector<double> wide(n * stride, 7);
      packed.multiply({a.data(), k + 3}, n, false, bias.data(), {wide.data(), stride});
      for (std::int64_t i = 0; i < n; ++i) {
        CHECK(std::equal(expected.begin() + i * m, expected.begin() + (i + 1) * m, wide.begin() + i * stride));
        CHECK(std::count(wide.begin() + i * stride + m, wide.begin() + (i + 1) * stride, 7) == stride - m);
      }
    }
}

TEST_CASE("gemm: an epilogue adds the bias once and cuts what is negative in the end") {
  for (const auto& [n, m, k] :
       {std::tuple{1, 5, 3}, {9, 1, 4}, {6, 7, 1}, {5, 3, 0}, {29, 77, 30}, {13, 530, 300}, {3, 4, 9000}})
    for (const bool keep : {false, true}) {
      const auto a = numbers<float>(n * k, 1), b = numbers<float>(k * m, 2), bias = numbers<float>(m, 3);
      std::vector<float> out = numbers<float>(n * m, 4), plain = out;
      gemm({.n = n, .m = m, .k = k, .keep = keep}, a.data(), b.data(), out.data(), {bias.data(), true});
      gemm({.n = n, .m = m, .k = k, .keep = keep}, a.data(), b.data(), plain.data());
      for (std::size_t i = 0; i < out.size(); ++i)
        CHECK(out[i] == doctest::Approx(std::max(plain[i] + bias[i % static_cast<std::size_t>(m)], 0.F)).epsilon(2e-4));
    }
}

TEST_CASE("gemm: a narrow product has the same bits, however its left operand lies") {
  constexpr std::int64_t n = 130, m = 10, k = 200;
  const auto a = numbers<float>(n * k, 1), a_transposed = transposed(a, n, k), b = numbers<float>(k * m, 2),
             bias = numbers<float>(m, 3);
  std::vector<float> out(n * m), expected(n * m);
  for (const float* const added : {static_cast<const float*>(nullptr), bias.data()})
    for (const bool relu : {false, true}) {
      gemm({.transpose_a = true, .n = n, .m = m, .k = k}, a_transposed.data(), b.data(), out.data(), {added, relu});
      gemm({.n = n, .m = m, .k = k}, a.data(), b.data(), expected.data(), {added, relu});
      if (product_kernels() == ProductKernels::own) CHECK(out == expected);
    }
}

TEST_CASE("gemm: an epilogue lets NaN through") {
  for (const auto& [n, m, k] : {std::tuple{2, 37, 3}, {2, 1, 3}, {1, 7, 3}, {5, 7, 1}}) {
    std::vector<float> a(static_cast<std::size_t>(n * k), 1), out(static_cast<std::size_t>(n * m));
    const std::vector<float> b(static_cast<std::size_t>(k * m), -1);
    a[0] = std::nanf("");
    gemm({.n = n, .m = m, .k = k}, a.data(), b.data(), out.data(), {nullptr, true});
    CHECK(std::all_of(out.begin(), out.begin() + m, [](float x) { return std::isnan(x); }));
    CHECK(std::count(out.begin() + m, out.end(), 0.F) == (n - 1) * m);
  }
}

TEST_CASE("gemm: the same bits on any number of threads, in large pieces and small ones") {
  for (const Product& p : {Product{.n = 200, .m = 300, .k = 90},
                           {.transpose_a = true, .n = 400, .m = 140, .k = 70, .keep = true},
                           {.transpose_b = true, .n = 1030, .m = 1100, .k = 3},
                           {.transpose_a = true, .n = 30, .m = 150, .k = 9000}}) {
    const auto a = numbers<float>(p.n * p.k, 1), b = numbers<float>(p.k * p.m, 2), bias = numbers<float>(p.m, 3),
               before = numbers<float>(p.n * p.m, 4);
    const auto multiplied = [&](std::int64_t threads, double scale) {
      const cornu::testing::WithThreads number(threads);
      const cornu::testing::WithPieceScale pieces(scale);
      std::vector<float> out = before;
      gemm(p, a.data(), b.data(), out.data(), {bias.data(), true});
      return out;
    };
    const std::vector<float> expected = multiplied(1, 1);
    for (const std::int64_t threads : cornu::testing::thread_counts)
      for (const double scale : {1., 1e-6}) CHECK(multiplied(threads, scale) == expected);
  }
}

TEST_CASE("gemm: the test of the kernels passes those of every build, and none that are wrong") {
  const auto supported = supported_builds();
  CHECK((passes_self_test<float>(by_kernels<float, Build::baseline>) &&
         passes_self_test<double>(by_kernels<double, Build::baseline>)));
  if (supported.size() > 1)
    CHECK((passes_self_test<float>(by_kernels<float, Build::v3>) &&
           passes_self_test<double>(by_kernels<double, Build::v3>)));
  if (supported.size() > 2)
    CHECK((passes_self_test<float>(by_kernels<float, Build::v4>) &&
           passes_self_test<double>(by_kernels<double, Build::v4>)));
  CHECK_FALSE(passes_self_test<float>([](const Product& p, const float* a, const float* b, float* out) {
    gemm(p, a, b, out);
    out[p.n * p.m - 1] += 1;
  }));
  CHECK_FALSE(passes_self_test<float>([](const Product& p, const float* a, const float* b, float* out) {
    Product other = p;
    other.keep = false;
    gemm(other, a, b, out);
  }));
  CHECK((product_kernels() == ProductKernels::own) == (chosen_build() != Build::baseline));
}
