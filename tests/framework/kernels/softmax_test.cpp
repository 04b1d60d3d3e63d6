#include <cornu/framework/kernels/softmax.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include <cornu/framework/kernels/table.hpp>

using namespace cornu::kernels;

TEST_CASE("softmax kernels: every build agrees with float64, for rows of every length") {
  for (const Build build : supported_builds())
    for (std::int64_t columns = 1; columns < 100; columns += 7) {
      const auto size = static_cast<std::size_t>(columns);
      std::vector<float> x(2 * size), y(2 * size), log_y(2 * size);
      for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i * 37 % 101) * 0.11f - 4.f;
      table_of<SoftmaxKernels<float>>(build).softmax(x.data(), y.data(), 2, columns);
      table_of<SoftmaxKernels<float>>(build).log_softmax(x.data(), log_y.data(), 2, columns);
      for (std::size_t row = 0; row < 2; ++row) {
        double total = 0;
        for (std::size_t j = 0; j < size; ++j) total += std::exp(static_cast<double>(x[row * size + j]));
        for (std::size_t j = 0; j < size; ++j) {
          const double log_expected = static_cast<double>(x[row * size + j]) - std::log(total);
          CHECK(static_cast<double>(y[row * size + j]) == doctest::Approx(std::exp(log_expected)).epsilon(1e-6));
          CHECK(static_cast<double>(log_y[row * size + j]) == doctest::Approx(log_expected).epsilon(1e-6));
        }
      }
    }
}

TEST_CASE("softmax kernels: a row with NaN is NaN, a row of -inf too, and the others are not") {
  const double inf = HUGE_VAL, x[] = {0, std::nan(""), 0, -inf, -inf, -inf, 0, 0, -inf};
  double y[9];
  for (const Build build : supported_builds()) {
    table_of<SoftmaxKernels<double>>(build).softmax(x, y, 3, 3);
    for (int i = 0; i < 6; ++i) CHECK(std::isnan(y[i]));
    CHECK((y[6] == 0.5 && y[7] == 0.5 && y[8] == 0));
  }
}
