#include <cornu/framework/kernels/layer_normalization.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include <cornu/framework/kernels/relu_rows.hpp>
#include <cornu/framework/kernels/table.hpp>

using namespace cornu::kernels;

namespace {

template <class T>
std::vector<T> numbers(std::int64_t rows, std::int64_t columns, std::size_t factor) {
  std::vector<T> all(static_cast<std::size_t>(rows * columns));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<T>(i * factor % 101) / 32 - T(1.5);
  return all;
}

// A result of each kernel, one behind the other.
template <class T>
std::vector<double> results_of(Build build, std::int64_t rows, std::int64_t columns) {
  const std::vector<T> x = numbers<T>(rows, columns, 37), gamma = numbers<T>(1, columns, 53),
                       d_y = numbers<T>(rows, columns, 29);
  std::vector<T> y(x.size()), d_x(x.size()), mean(static_cast<std::size_t>(rows)), inverse(mean), d_relu(x.size());
  std::vector<double> d_gamma(gamma.size()), d_beta(gamma.size()), sums(gamma.size());
  const auto& kernels = table_of<LayerNormalizationKernels<T>>(build);
  const NormalizedRows<T> of{rows, columns, x.data(), gamma.data(), d_y.data(), T(1e-3), mean.data(), inverse.data()};
  kernels.normalize(of, y.data());
  kernels.normalize_gradient(of, d_y.data(), d_x.data(), d_gamma.data(), d_beta.data());
  table_of<ReluRowsKernels<T>>(build).relu_gradient(d_y.data(), x.data(), rows, columns, d_relu.data(), sums.data());
  std::vector<double> all(y.begin(), y.end());
  for (const auto* part : {&d_x, &d_relu}) all.insert(all.end(), part->begin(), part->end());
  for (const auto* part : {&d_gamma, &d_beta, &sums}) all.insert(all.end(), part->begin(), part->end());
  return all;
}

// NaN wins.
double larger(double a, double b) { return b > a || b != b ? b : a; }

double worst_difference(const std::vector<double>& got, const std::vector<double>& expected) {
  double worst = 0;
  for (std::size_t i = 0; i < got.size(); ++i)
    worst = larger(worst, std::abs(got[i] - expected[i]) / (10 + std::abs(expected[i])));
  return worst;
}

}  // namespace

TEST_CASE("kernels of layer normalisation and of relu by rows: every build gives what float64 gives") {
  for (const std::int64_t columns : {1, 3, 16, 37, 1030})
    for (const std::int64_t rows : {1, 5, 66}) {
      const std::vector<double> exact = results_of<double>(Build::baseline, rows, columns);
      for (const Build build : supported_builds()) {
        CAPTURE(std::string(name_of(build)));
        CAPTURE(columns);
        const std::vector<double> single = results_of<float>(build, rows, columns),
                                  twofold = results_of<double>(build, rows, columns);
        CHECK(worst_difference(single, exact) < 1e-5);
        CHECK(worst_difference(twofold, exact) < 1e-12);
      }
    }
}
