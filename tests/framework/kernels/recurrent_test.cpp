#include <cornu/framework/kernels/recurrent.hpp>

#include <doctest/doctest.h>

#include <vector>

#include <cornu/framework/kernels/table.hpp>

using namespace cornu::kernels;

namespace {

constexpr std::int64_t rows = 3;
constexpr bool counts[] = {true, false, true};

// Everything that a step reads and writes, for as many units.
template <class T>
struct Memory {
  explicit Memory(std::int64_t units)
      : units(units),
        gates(numbers(4, 37)),
        recurrent(numbers(4, 53)),
        h_before(numbers(1, 41)),
        c_before(numbers(1, 29)),
        d_h(numbers(1, 61)),
        d_c(numbers(1, 67)),
        c(numbers(1, 1)),
        h(numbers(1, 37)),
        d_projected(numbers(4, 1)),
        d_recurrent(numbers(4, 1)),
        d_h_before(numbers(1, 1)) {}

  std::vector<T> numbers(std::int64_t width, std::size_t factor) const {
    std::vector<T> all(static_cast<std::size_t>(rows * width * units));
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<T>(i * factor % 101) / 32 - T(1.5);
    return all;
  }

  void run(void (*forwards)(const CellStep<T>&), void (*backwards)(const CellStepGradient<T>&)) {
    forwards(
        {rows, units, counts, gates.data(), recurrent.data(), h_before.data(), c_before.data(), c.data(), h.data()});
    backwards({rows, units, counts, gates.data(), h_before.data(), c_before.data(), c.data(), h.data(), d_h.data(),
               d_c.data(), d_projected.data(), d_recurrent.data(), d_h_before.data()});
  }

  std::int64_t units;
  std::vector<T> gates, recurrent, h_before, c_before, d_h, d_c;
  std::vector<T> c, h, d_projected, d_recurrent, d_h_before;
};

void check_close(const std::vector<float>& got, const std::vector<double>& expected) {
  for (std::size_t i = 0; i < got.size(); ++i)
    CHECK(static_cast<double>(got[i]) == doctest::Approx(expected[i]).epsilon(2e-6));
}

template <class Forwards, class Backwards>
void check_builds(Forwards forwards, Backwards backwards) {
  for (std::int64_t units = 1; units < 40; units += 6) {
    Memory<double> exact(units);
    const auto& reference = table_of<RecurrentKernels<double>>(Build::baseline);
    exact.run(forwards(reference), backwards(reference));
    for (const Build build : supported_builds()) {
      const auto& kernels = table_of<RecurrentKernels<float>>(build);
      Memory<float> memory(units);
      memory.run(forwards(kernels), backwards(kernels));
      check_close(memory.h, exact.h);
      check_close(memory.c, exact.c);
      check_close(memory.d_projected, exact.d_projected);
      check_close(memory.d_recurrent, exact.d_recurrent);
      check_close(memory.d_h_before, exact.d_h_before);
      check_close(memory.d_c, exact.d_c);
      for (std::int64_t j = units; j < 2 * units; ++j) {  // the row that does not count
        const auto at = static_cast<std::size_t>(j);
        CHECK(memory.h[at] == memory.h_before[at]);
        CHECK(memory.d_h_before[at] == memory.d_h[at]);
      }
    }
  }
}

}  // namespace

TEST_CASE("recurrent kernels: every build agrees with float64, for any number of units") {
  check_builds([](const auto& kernels) { return kernels.simple_rnn; },
               [](const auto& kernels) { return kernels.simple_rnn_gradient; });
  check_builds([](const auto& kernels) { return kernels.lstm; },
               [](const auto& kernels) { return kernels.lstm_gradient; });
  check_builds([](const auto& kernels) { return kernels.gru; },
               [](const auto& kernels) { return kernels.gru_gradient; });
}
