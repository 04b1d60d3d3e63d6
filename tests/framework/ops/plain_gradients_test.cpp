#include <cornu/framework/ops/plain_gradients.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>

using namespace cornu;

namespace {

Tensor plain(std::span<const Tensor> in) { return in[0] * ops::square(in[1]); }

// x · y² in one op, whose gradients are those of its plain form. Counts the gradients that were wanted.
Tensor product(const Tensor& x, const Tensor& y, int& wanted) {
  const Tensor* const pointers[] = {&x, &y};
  const Tensor constants[] = {stop_gradient(x), stop_gradient(y)};
  return detail::record_joint(pointers, plain(constants),
                              [x, y, &wanted](const Tensor& d_out, detail::InputGradients& d_inputs) {
                                wanted += d_inputs.wanted(0) + d_inputs.wanted(1);
                                const Tensor inputs[] = {x, y};
                                ops::add_plain_gradients(inputs, plain, d_out, d_inputs);
                              });
}

}  // namespace

TEST_CASE("plain gradients: agree with central differences, and can be differentiated") {
  int wanted = 0;
  const std::vector<Tensor> x{Tensor({0.5, -1., 2.}), Tensor({3., 0.25, -1.5})};
  const auto value = [&](const std::vector<Tensor>& in) { return product(in[0], in[1], wanted); };
  const auto slope = [&](const std::vector<Tensor>& in) {
    GradientTape inner;
    inner.watch(in[1]);
    return inner.gradient(ops::sum(ops::square(value(in))), in[1]).to_dense();
  };
  const auto first = check_gradients(value, x), second = check_gradients(slope, x);
  CHECK_MESSAGE(first.ok(), first.where);
  CHECK_MESSAGE(second.ok(1e-6), second.where);
}

TEST_CASE("plain gradients: of one tensor twice, of what is wanted alone, and of no element") {
  int wanted = 0;
  const Tensor x({2., 3.}), y({5., 7.});
  GradientTape tape({.persistent = true});
  tape.watch(x);
  CHECK(ops::array_equal(tape.gradient(product(x, x, wanted), x).to_dense(), 3 * ops::square(x)));
  CHECK(wanted == 2);
  CHECK(ops::array_equal(tape.gradient(product(x, y, wanted), x).to_dense(), ops::square(y)));
  CHECK(wanted == 3);
  const Tensor none = Tensor::zeros({0}, float64);
  tape.watch(none);
  CHECK(tape.gradient(product(none, none, wanted), none).to_dense().shape() == Shape{0});
}
