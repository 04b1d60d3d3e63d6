#include <cornu/framework/kernels/pooling.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/kernels/window_runs.hpp>

using namespace cornu::kernels;

namespace {

// Few numbers, so that many are equal, and in floating types now and then NaN.
template <class T>
std::vector<T> numbers(std::int64_t size) {
  std::vector<T> all(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = static_cast<T>(static_cast<int>(i * 7919 % 23) - 11);
    if constexpr (std::is_floating_point_v<T>)
      if (i % 17 == 5) all[i] = std::numeric_limits<T>::quiet_NaN();
  }
  return all;
}

template <class T>
bool is_same(T a, T b) {
  return a == b || (a != a && b != b);
}

// Windows of 2 × 3 elements that overlap, of a line that is 40 cells long.
constexpr std::int64_t line = 40;
WindowRun overlapping(std::int64_t channels) {
  return {9, 2 * channels, channels, 4, {1, 2, 3}, {0, line * channels, channels}, {0, 4, 1}};
}
WindowRun apart(std::int64_t channels) {
  return {9, 4 * channels, channels, 4, {1, 2, 3}, {0, line * channels, channels}, {0, 4, 1}};
}

// f(place in the image, number) for each element of a window
template <class F>
void for_each_element(const WindowRun& run, std::int64_t window, std::int64_t channel, const F& f) {
  for (std::int64_t j = 0; j < run.counts[1]; ++j)
    for (std::int64_t k = 0; k < run.counts[2]; ++k)
      f(static_cast<std::size_t>(window * run.step + j * run.strides[1] + k * run.strides[2] + channel),
        static_cast<std::int32_t>(run.first + j * run.numbers[1] + k * run.numbers[2]));
}

template <class T>
void check_largest(Build build, std::int64_t channels) {
  const WindowRun run = overlapping(channels);
  const std::vector<T> x = numbers<T>(2 * line * channels);
  const auto size = static_cast<std::size_t>(run.windows * channels);
  std::vector<T> y(size + 1, T(99)), alone = y;
  std::vector<std::int32_t> taken(size + 1, -1);
  table_of<PoolingKernels<T>>(build).largest(run, x.data(), y.data(), taken.data());
  table_of<PoolingKernels<T>>(build).largest(run, x.data(), alone.data(), nullptr);
  bool right = true;
  for (std::size_t i = 0; i < size; ++i) {
    const auto window = static_cast<std::int64_t>(i) / channels, channel = static_cast<std::int64_t>(i) % channels;
    T best = T();
    std::int32_t which = -1;
    for_each_element(run, window, channel, [&](std::size_t place, std::int32_t number) {
      const bool is_first_nan = x[place] != x[place] && best == best;
      if (which >= 0 && !(x[place] > best) && !is_first_nan) return;
      best = x[place];
      which = number;
    });
    right &= is_same(y[i], best) && is_same(alone[i], best) && taken[i] == which;
  }
  CHECK(right);
  CHECK((y[size] == T(99) && taken[size] == -1));
}

template <class T>
void check_place(Build build, const WindowRun& run, bool add) {
  const auto size = static_cast<std::size_t>(run.windows * run.channels);
  std::vector<T> y(size), x(static_cast<std::size_t>(2 * line * run.channels), T(5));
  std::vector<std::int32_t> taken(size);
  for (std::size_t i = 0; i < size; ++i) {
    y[i] = static_cast<T>(i % 13) - T(6);
    taken[i] = static_cast<std::int32_t>(4 + i % 3 + i % 2 * 4);
  }
  std::vector<T> expected = x;
  for (std::size_t i = 0; i < size; ++i)
    for_each_element(run, static_cast<std::int64_t>(i) / run.channels, static_cast<std::int64_t>(i) % run.channels,
                     [&](std::size_t place, std::int32_t number) {
                       const T own = number == taken[i] ? y[i] : T(0);
                       expected[place] = add ? expected[place] + own : own;
                     });
  table_of<PoolingGradientKernels<T>>(build).place(run, y.data(), taken.data(), add, x.data());
  CHECK(x == expected);
}

}  // namespace

TEST_CASE("pooling kernels: the largest of each window and the first of equals, in every build and dtype") {
  for (const Build build : supported_builds())
    for (const std::int64_t channels : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40}) {
      CAPTURE(name_of(build));
      CAPTURE(channels);
      check_largest<float>(build, channels);
      check_largest<double>(build, channels);
      check_largest<std::int32_t>(build, channels);
      check_largest<std::int64_t>(build, channels);
    }
}

TEST_CASE("pooling kernels: a gradient goes where the element was taken, in every build") {
  for (const Build build : supported_builds())
    for (const std::int64_t channels : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40}) {
      CAPTURE(name_of(build));
      CAPTURE(channels);
      check_place<float>(build, overlapping(channels), true);
      check_place<double>(build, overlapping(channels), true);
      check_place<float>(build, apart(channels), false);
      check_place<double>(build, apart(channels), false);
    }
}

TEST_CASE("pooling: every element of the gradient is written, whether windows overlap, meet or leave gaps") {
  for (const std::int64_t stride : {1, 2, 3})
    for (const std::int64_t extent : {1, 2, 5, 6, 7})
      for (const auto& [before, depths] :
           {std::pair{0, WindowAxis()}, {1, WindowAxis()}, {0, WindowAxis{5, 2, 2, 2, 1, 0}}}) {
        const std::int64_t count = (extent + before - 1) / stride + 1;
        const WindowAxis axis{extent, count, 2, stride, 1, before};
        const Pooling p{{{depths, axis, axis}, 3}, 5};
        const auto size = static_cast<std::size_t>(p.windows.batch * p.windows.cells() * p.channels);
        const auto map_size = static_cast<std::size_t>(p.windows.batch * p.windows.count() * p.channels);
        std::vector<double> x = numbers<double>(static_cast<std::int64_t>(size)), y(map_size), back(size, std::nan(""));
        std::vector<std::int32_t> taken(map_size);
        if (count * stride - before > extent + stride - 1) continue;  // a window without an element
        pool_max(p, x.data(), y.data(), taken.data());
        const std::vector<double> ones(map_size, 1);
        place_taken(p, ones.data(), taken.data(), back.data());
        double total = 0;
        for (const double d : back) total += d;
        CHECK(total == static_cast<double>(map_size));
        std::vector<double> picked(map_size, 99);
        pick_taken(p, x.data(), taken.data(), picked.data());
        bool same = true;
        for (std::size_t i = 0; i < map_size; ++i) same &= is_same(picked[i], y[i]);
        CHECK(same);
      }
}
