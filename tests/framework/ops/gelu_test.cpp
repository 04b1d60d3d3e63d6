#include <cornu/framework/ops/gelu.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/kernels/elementwise.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

using namespace cornu;

namespace {

Tensor numbers(DType dtype) { return ops::cast(Tensor::arange(-12, 12, 0.01, float64), dtype); }

template <class F>
Tensor gradient_of(F function, const Tensor& x) {
  GradientTape tape;
  tape.watch(x);
  return tape.gradient(ops::sum(function(x) * ops::cos(x)), x).to_dense();
}

}  // namespace

TEST_CASE("gelu: values and gradients are those of its plain form") {
  for (const bool approximate : {false, true})
    for (const DType dtype : {float32, float64}) {
      const double tolerance = dtype == float64 ? 1e-14 : 1e-6;
      const Tensor x = numbers(dtype);
      const auto fused = [&](const Tensor& t) { return ops::gelu(t, approximate); };
      const auto plain = [&](const Tensor& t) { return ops::gelu_of_ops(t, approximate); };
      CHECK(ops::all_close(fused(x), plain(x), tolerance, tolerance));
      CHECK(ops::all_close(gradient_of(fused, x), gradient_of(plain, x), 4 * tolerance, 4 * tolerance));
    }
}

TEST_CASE("gelu kernels: every build gives the values and gradients of float64") {
  const Tensor x = numbers(float32), d_y = ops::cos(x);
  Tensor y = Tensor::zeros(x.shape()), d_x = Tensor::zeros(x.shape());
  for (const kernels::Build build : kernels::supported_builds())
    for (const bool approximate : {false, true}) {
      const auto& family = kernels::table_of<kernels::ElementwiseKernels<float>>(build);
      (approximate ? family.gelu_by_tanh : family.gelu)(x.data<float>(), y.mutable_data<float>(), x.size());
      (approximate ? family.gelu_by_tanh_gradient : family.gelu_gradient)(d_y.data<float>(), x.data<float>(),
                                                                          d_x.mutable_data<float>(), x.size());
      const auto plain = [&](const Tensor& t) { return ops::gelu_of_ops(t, approximate); };
      const Tensor exact = ops::cast(x, float64);
      CHECK(ops::all_close(y, ops::cast(plain(exact), float32), 2e-6, 1e-6));
      CHECK(ops::all_close(d_x, ops::cast(gradient_of(plain, exact) + plain(exact) * ops::sin(exact), float32), 4e-6,
                           2e-6));
    }
}

TEST_CASE("gelu: gradients agree with central differences, twice") {
  for (const bool approximate : {false, true}) {
    const auto slope = [&](const Tensor& x) {
      GradientTape inner;
      inner.watch(x);
      return ops::sum(ops::square(inner.gradient(ops::sum(ops::gelu(x, approximate)), x).to_dense()));
    };
    const Tensor x = random::normal({4, 3}, 0, 1, float64);
    const auto first = check_gradients([&](const Tensor& t) { return ops::gelu(t, approximate); }, {x});
    const auto second = check_gradients(slope, {x});
    CHECK_MESSAGE(first.ok(), first.where);
    CHECK_MESSAGE(second.ok(), second.where);
  }
}

TEST_CASE("gelu: no element, a symbolic tensor, and what is refused") {
  CHECK(ops::gelu(Tensor::zeros({0, 3})).shape() == Shape{0, 3});
  CHECK(ops::gelu(Tensor::symbolic({None, 3})).shape() == Shape{None, 3});
  CHECK_THROWS_AS(ops::gelu(Tensor::zeros({2}, int32)), ValueError);
}
