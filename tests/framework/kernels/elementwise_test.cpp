#include <cornu/framework/kernels/elementwise.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <cornu/framework/kernels/table.hpp>

using namespace cornu::kernels;

namespace {

template <class T>
using Kernel = UnaryMap<T> ElementwiseKernels<T>::*;
struct Case {
  const char* name;
  Kernel<float> single;
  Kernel<double> twofold;
  double (*reference)(double);
};

double sigmoid(double x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }
double softplus(double x) { return std::fmax(x, 0) + std::log1p(std::exp(-std::abs(x))); }

#define CORNU_CASE(name, reference)                                                   \
  {                                                                                   \
#name, &ElementwiseKernels < float> ::name, &ElementwiseKernels < double> ::name, \
        [](double x) { return reference; }                                            \
  }
const Case cases[] = {
    CORNU_CASE(exp, std::exp(x)),         CORNU_CASE(expm1, std::expm1(x)),  CORNU_CASE(log, std::log(x)),
    CORNU_CASE(log1p, std::log1p(x)),     CORNU_CASE(sqrt, std::sqrt(x)),    CORNU_CASE(rsqrt, 1 / std::sqrt(x)),
    CORNU_CASE(reciprocal, 1 / x),        CORNU_CASE(sin, std::sin(x)),      CORNU_CASE(cos, std::cos(x)),
    CORNU_CASE(erf, std::erf(x)),         CORNU_CASE(floor, std::floor(x)),  CORNU_CASE(ceil, std::ceil(x)),
    CORNU_CASE(round, std::nearbyint(x)), CORNU_CASE(relu, x < 0 ? 0 : x),   CORNU_CASE(sigmoid, sigmoid(x)),
    CORNU_CASE(tanh, std::tanh(x)),       CORNU_CASE(softplus, softplus(x)),
};
#undef CORNU_CASE

// |got − want| in units of want's last place as a float; 0 for equal infinities and for two NaN.
double error_in_ulp(float got, double want) {
  constexpr double beyond = std::numeric_limits<double>::infinity();
  if (std::isnan(want)) return std::isnan(got) ? 0 : beyond;
  if (std::isnan(got)) return beyond;
  const double largest = std::numeric_limits<float>::max(), last_place = 0x1p104;
  if (std::abs(want) >= largest + last_place / 2)
    return std::isinf(got) && std::signbit(got) == (want < 0) ? 0 : beyond;
  if (std::isinf(got)) return (std::abs(want) - largest) / last_place >= -1 ? 1 : beyond;
  const int exponent = want == 0 ? -126 : std::max(std::ilogb(want), -126);
  return std::abs(got - want) / std::ldexp(1.0, exponent - 23);
}

// Every 40,009th float there is, of both signs, with infinities and NaN, and the corners by name.
std::vector<float> floats() {
  std::vector<float> all{0.f, -0.f, 1.f, -1.f, HUGE_VALF, -HUGE_VALF, std::nanf(""), -std::nanf("")};
  for (const float x : {88.72283f, 88.72284f, -87.33655f, -103.97207f, -103.97208f, -104.5f, 1e-45f, 1.17549435e-38f,
                        3.4028235e38f, 0.70710677f, 1.4142135f, 0.6f, 0.9f, 9.010913f, 20.f, 0.5f, 1.5f, 2.5f})
    all.insert(all.end(), {x, -x, std::nextafter(x, 0.f), std::nextafter(x, HUGE_VALF)});
  for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << 32); bits += 40009)
    all.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  return all;
}

}  // namespace

TEST_CASE("elementwise kernels: in float32 every build is within 2 units in the last place of float64") {
  const std::vector<float> x = floats();
  const auto size = static_cast<std::int64_t>(x.size());
  std::vector<float> y(x.size());
  for (const Build build : supported_builds())
    for (const Case& c : cases) {
      CAPTURE(std::string(name_of(build)));
      CAPTURE(c.name);
      (table_of<ElementwiseKernels<float>>(build).*c.single)(x.data(), y.data(), size);
      double worst = 0;
      float where = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double error = error_in_ulp(y[i], c.reference(static_cast<double>(x[i])));
        if (!(error <= worst)) worst = error, where = x[i];
      }
      CHECK_MESSAGE(worst < 2, "worst error ", worst, " at ", where);
    }
}

TEST_CASE("elementwise kernels: in float64 every build is within 4 units in the last place of the C library") {
  std::vector<double> x{0.0, -0.0, HUGE_VAL, -HUGE_VAL, std::nan(""), 1e-300, 700.0, -745.0, 1e300};
  for (double v = 1e-8; v < 800; v *= 1.07) x.insert(x.end(), {v, -v});
  std::vector<double> y(x.size());
  for (const Build build : supported_builds())
    for (const Case& c : cases) {
      CAPTURE(c.name);
      (table_of<ElementwiseKernels<double>>(build).*c.twofold)(x.data(), y.data(), static_cast<std::int64_t>(x.size()));
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double want = c.reference(x[i]);
        if (std::isnan(want) || std::isinf(want) || want == 0)
          CHECK((std::isnan(want) ? std::isnan(y[i]) : y[i] == want));
        else
          CHECK(std::abs(y[i] - want) <= 4 * std::numeric_limits<double>::epsilon() * std::abs(want));
      }
    }
}

TEST_CASE("elementwise kernels: zeros keep their sign") {
  const float x[] = {0.f, -0.f};
  float y[2];
  for (const Build build : supported_builds()) {
    const auto& kernels = table_of<ElementwiseKernels<float>>(build);
    for (const auto kernel : {kernels.expm1, kernels.log1p, kernels.tanh, kernels.erf, kernels.sin, kernels.sqrt}) {
      kernel(x, y, 2);
      CHECK((y[0] == 0 && !std::signbit(y[0])));
      CHECK((y[1] == 0 && std::signbit(y[1])));
    }
  }
}

TEST_CASE("elementwise kernels: an element's result does not depend on its place or its neighbours") {
  std::vector<float> x;
  for (int i = 0; i < 67; ++i) x.push_back(static_cast<float>(i) * 0.37f - 12.f);
  for (const Build build : supported_builds())
    for (const Case& c : cases) {
      const auto kernel = table_of<ElementwiseKernels<float>>(build).*c.single;
      std::vector<float> together(x.size());
      kernel(x.data(), together.data(), 67);
      for (std::size_t i = 0; i < x.size(); ++i) {
        float alone;
        kernel(&x[i], &alone, 1);
        CHECK(std::bit_cast<std::uint32_t>(alone) == std::bit_cast<std::uint32_t>(together[i]));
      }
    }
}

TEST_CASE("elementwise kernels: fused gradients") {
  const double d_y[] = {3.0, -2.0, 5.0}, y[] = {0.0, 0.5, 0.25};
  double d_x[3];
  for (const Build build : supported_builds()) {
    const auto& kernels = table_of<ElementwiseKernels<double>>(build);
    kernels.relu_gradient(d_y, y, d_x, 3);
    CHECK((d_x[0] == 0 && d_x[1] == -2 && d_x[2] == 5));
    kernels.sigmoid_gradient(d_y, y, d_x, 3);  // d_y · y · (1 − y)
    CHECK((d_x[0] == 0 && d_x[1] == -0.5 && d_x[2] == 0.9375));
    kernels.tanh_gradient(d_y, y, d_x, 3);  // d_y · (1 − y²)
    CHECK((d_x[0] == 3 && d_x[1] == -1.5 && d_x[2] == 4.6875));
  }
}

TEST_CASE("elementwise kernels: the logistic loss neither cancels nor overflows, and its gradient is σ(x) − t") {
  const std::vector<double> xs{0, 0.5, -0.5, 30, -30, 800, -800}, labels{0, 1, 0.25};
  for (const Build build : supported_builds()) {
    const auto& kernels = table_of<ElementwiseKernels<double>>(build);
    for (const double t : labels)
      for (const double x : xs) {
        const double d_y = -2, terms[] = {t == 0 ? 0 : t * softplus(-x), t == 1 ? 0 : (1 - t) * softplus(x)};
        double y, d_x;
        kernels.logistic_loss(&t, &x, &y, 1);
        kernels.logistic_loss_gradient(&d_y, &t, &x, &d_x, 1);
        CHECK(y == doctest::Approx(terms[0] + terms[1]).epsilon(1e-14));
        CHECK(d_x == doctest::Approx(-2 * (sigmoid(x) - t)).epsilon(1e-14));
      }
  }
}
