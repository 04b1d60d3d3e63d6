#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;

TEST_CASE("check_gradients: right gradients pass, in float64, whatever the inputs' dtype") {
  const GradientReport report = check_gradients([](const Tensor& x) { return ops::exp(x); }, {Tensor({1.f, -2.f})});
  CHECK(report.checked == 2);
  CHECK(report.max_relative_error < 1e-9);
  CHECK(report.ok());
}

TEST_CASE("check_gradients: a wrong gradient is found, and where") {
  const auto wrong = [](const Tensor& x) {
    return custom_gradient({x}, ops::square(stop_gradient(x)), [x](const Tensor& dy) {
      return std::vector<Tensor>{dy * x * Tensor({{2., 2.}, {2., 2.1}})};
    });
  };
  const GradientReport report = check_gradients(wrong, {Tensor({{1.f, 2.f}, {3.f, 4.f}})});
  CHECK_FALSE(report.ok());
  CHECK(report.max_relative_error > 0.01);
  CHECK(report.where.find("input 0 at (1, 1)") == 0);
}

TEST_CASE("check_gradients: a missing gradient is a wrong one") {
  CHECK_FALSE(check_gradients([](const Tensor& x) { return ops::square(stop_gradient(x)); }, {Tensor({1.f})}).ok());
}

TEST_CASE("check_gradients: NaN never passes") {
  const auto undefined = [](const Tensor& x) {
    return custom_gradient({x}, stop_gradient(x), [](const Tensor& dy) { return std::vector<Tensor>{dy / (dy - dy)}; });
  };
  CHECK_FALSE(check_gradients(undefined, {Tensor({1.f})}).ok(1e9));
}

TEST_CASE("check_gradients: cancelling errors of several results do not hide") {
  const auto swapped = [](const Tensor& x) {
    return custom_gradient({x}, stop_gradient(ops::concatenate({x, x * -1.0})), [](const Tensor& dy) {
      return std::vector<Tensor>{Tensor::zeros({dy.dim(0) / 2}, dy.dtype())};  // right for the plain sum, 0
    });
  };
  CHECK_FALSE(check_gradients(swapped, {Tensor({1.f, 2.f})}).ok());
}

TEST_CASE("check_gradients: integer and bool inputs are passed as they are") {
  const auto function = [](const std::vector<Tensor>& in) {
    CHECK(in[1].dtype() == int32);
    CHECK(in[2].dtype() == boolean);
    return ops::where(in[2], ops::gather(in[0], in[1]), ops::gather(in[0] * 2.0, in[1]));
  };
  const GradientReport report =
      check_gradients(function, {Tensor({1.f, 2.f, 3.f}), Tensor({2, 0}), Tensor({true, false})});
  CHECK(report.ok());
  CHECK(report.checked == 3);
}

TEST_CASE("check_gradients: the caller's tensors stay as they are") {
  const Tensor x({1., 2.});
  CHECK(check_gradients([](const Tensor& t) { return ops::square(t); }, {x}).ok());
  CHECK(x.to_vector<double>() == std::vector<double>{1, 2});
}

TEST_CASE("check_gradients: nothing to check is not ok") {
  CHECK_FALSE(check_gradients([](const Tensor& x) { return ops::square(x); }, {Tensor::zeros({0})}).ok());
}

TEST_CASE("check_gradients: refuses a function that drops to float32, or takes one tensor and gets two") {
  CHECK(message_of<ValueError>([] {
          check_gradients([](const Tensor& x) { return ops::cast(x, float32); }, {Tensor({1.f})});
        }).find("got a float32 result") != std::string::npos);
  CHECK_THROWS_AS(check_gradients([](const Tensor& x) { return x; }, {Tensor(1.f), Tensor(1.f)}), ValueError);
}
