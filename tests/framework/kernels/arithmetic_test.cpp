#include <cornu/framework/kernels/arithmetic.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include <cornu/framework/kernels/comparison.hpp>
#include <cornu/framework/kernels/table.hpp>

using namespace cornu::kernels;

namespace {

// Numbers of either sign, none of them 0.
template <class T>
std::vector<T> numbers(std::size_t size, std::uint32_t seed) {
  std::vector<T> values(size);
  for (T& value : values) {
    seed = seed * 1664525 + 1013904223;
    const auto whole = static_cast<std::int32_t>(seed >> 8) % 1000 - 500;
    value = static_cast<T>(whole == 0 ? 1 : whole) / static_cast<T>(std::is_integral_v<T> ? 1 : 8);
  }
  return values;
}

template <class T, class Y>
std::vector<Y> run(BinaryMap<T, Y> kernel, const std::vector<T>& a, const std::vector<T>& b, const Grid<2>& grid) {
  std::vector<char> room(static_cast<std::size_t>(grid.outer * grid.inner) * sizeof(Y));
  Y* y = reinterpret_cast<Y*>(room.data());
  kernel(a.data(), b.data(), y, grid);
  return std::vector<Y>(y, y + grid.outer * grid.inner);
}

template <class T>
void check_builds_agree() {
  using Arithmetic = ArithmeticKernels<T>;
  using Comparison = ComparisonKernels<T>;
  const std::vector<T> a = numbers<T>(500, 1), b = numbers<T>(500, 2);
  const Grid<2> grids[] = {{1, 437, {0, 0}, {1, 1}}, {5, 77, {77, 0}, {1, 1}}, {5, 77, {77, 1}, {1, 0}},
                           {5, 77, {1, 77}, {0, 1}}, {3, 1, {1, 0}, {0, 0}},   {0, 4, {4, 4}, {1, 1}}};
  const auto& plain = table_of<Arithmetic>(Build::baseline);
  for (const Build build : supported_builds())
    for (const Grid<2>& grid : grids) {
      const auto& kernels = table_of<Arithmetic>(build);
      for (const auto member :
           {&Arithmetic::add, &Arithmetic::subtract, &Arithmetic::multiply, &Arithmetic::maximum, &Arithmetic::minimum,
            &Arithmetic::squared_difference, &Arithmetic::divide, &Arithmetic::floor_divide, &Arithmetic::mod}) {
        if (!(plain.*member)) continue;  // integers have no such kernel
        CHECK(run(kernels.*member, a, b, grid) == run(plain.*member, a, b, grid));
      }
      for (const auto member : {&Comparison::equal, &Comparison::not_equal, &Comparison::less, &Comparison::less_equal})
        CHECK(run(table_of<Comparison>(build).*member, a, b, grid) ==
              run(table_of<Comparison>(Build::baseline).*member, a, b, grid));
    }
}

}  // namespace

TEST_CASE("arithmetic kernels: every build gives the same elements, over every kind of grid") {
  check_builds_agree<float>();
  check_builds_agree<double>();
  check_builds_agree<std::int32_t>();
  check_builds_agree<std::int64_t>();
}

TEST_CASE("arithmetic kernels: a grid by hand") {
  // 2 × 3 elements: a by rows, b a column
  const std::int32_t a[] = {1, 2, 3, 4, 5, 6}, b[] = {10, 20};
  std::int32_t y[6];
  for (const Build build : supported_builds()) {
    table_of<ArithmeticKernels<std::int32_t>>(build).subtract(a, b, y, {2, 3, {3, 1}, {1, 0}});
    const std::int32_t expected[] = {-9, -8, -7, -16, -15, -14};
    for (int i = 0; i < 6; ++i) CHECK(y[i] == expected[i]);
  }
}
