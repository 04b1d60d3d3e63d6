// What SimpleRNN, LSTM and GRU do with masks.
#include <doctest/doctest.h>

#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/recurrent/kinds.hpp"

using namespace cornu;
using namespace cornu::layers;
using cornu::testing::Kind;
using cornu::testing::padding;
using cornu::testing::step_by_step;

namespace {

Tensor row(const Tensor& x, std::int64_t i) { return ops::select(x, 0, i); }

}  // namespace

TEST_CASE_TEMPLATE("Recurrent layers: gradients under masks agree with central differences", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  for (const bool plain : {false, true}) {
    Options options{.return_sequences = true, .go_backwards = plain, .dtype = float64};
    L layer(2, plain ? step_by_step(options) : options);
    random::set_seed(1);
    layer(Tensor::zeros({5, 4, 3}, float64));
    const auto report =
        check_gradients([&](const Tensor& x) { return layer(x, {.mask = padding()}); }, {random::normal({5, 4, 3})});
    CHECK_MESSAGE(report.ok(), report.where);
  }
}

TEST_CASE_TEMPLATE("Recurrent layers: padding changes nothing", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  L layer(3, Options{});
  const Tensor x = random::normal({1, 2, 4}), nothing = Tensor::full({1, 2, 4}, 7);
  const Tensor y = layer(x), after = ops::concatenate({x, nothing}, 1), before = ops::concatenate({nothing, x}, 1);
  CHECK(ops::all_close(layer(after, {.mask = Tensor({{true, true, false, false}})}), y, 1e-5, 1e-6));
  CHECK(ops::all_close(layer(before, {.mask = Tensor({{false, false, true, true}})}), y, 1e-5, 1e-6));
  CHECK(ops::array_equal(layer(before, {.mask = Tensor::zeros({1, 4}, boolean)}), Tensor::zeros({1, 3})));
}

TEST_CASE_TEMPLATE("Recurrent layers: at masked steps the output is repeated, or 0", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  const Tensor x = random::normal({1, 4, 2}), mask({{false, true, false, true}});
  L layer(3, Options{.return_sequences = true}),
      cut(3, Options{.return_sequences = true, .zero_output_for_mask = true});
  const Tensor y = row(layer(x, {.mask = mask}), 0);
  cut(x);
  cut.set_weights(layer.get_weights());
  const Tensor z = row(cut(x, {.mask = mask}), 0), zeros = Tensor::zeros({3});
  CHECK(ops::array_equal(row(y, 0), zeros));
  CHECK(ops::array_equal(row(y, 2), row(y, 1)));
  CHECK_FALSE(ops::array_equal(row(y, 3), row(y, 1)));
  CHECK(ops::array_equal(row(z, 0), zeros));
  CHECK(ops::array_equal(row(z, 2), zeros));
  CHECK(ops::array_equal(row(z, 1), row(y, 1)));
  CHECK(ops::array_equal(row(z, 3), row(y, 3)));
}

TEST_CASE_TEMPLATE("Recurrent layers: what a masked step holds is not seen", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor mask({{true, false, true}});
  L layer(2, Options{.return_sequences = true});
  const Tensor y = layer(Tensor({{{1.f}, {nan}, {2.f}}}), {.mask = mask});
  CHECK(ops::array_equal(y, layer(Tensor({{{1.f}, {5.f}, {2.f}}}), {.mask = mask})));
}

TEST_CASE_TEMPLATE("Recurrent layers: what a masked step holds is not seen by the gradients", L,
                   CORNU_RECURRENT_KINDS) {
  const Tensor clean = random::normal({6, 10, 4}), nan(std::numeric_limits<float>::quiet_NaN());
  L layer(5);
  layer(clean);
  for (const double part : {0.2, 0.5, 0.8, 0.95}) {  // of the steps that count
    CAPTURE(part);
    const Tensor mask = ops::less(random::uniform({6, 10}), part);
    const auto gradients = [&](const Tensor& x) {
      GradientTape tape;
      tape.watch(x);
      const Tensor loss = ops::sum(ops::square(layer(x, {.mask = mask})));
      return tape.gradient(loss, layer.trainable_weights());
    };
    const std::vector<Gradient> expected = gradients(clean),
                                found = gradients(ops::where(ops::expand_dims(mask, 2), clean, nan));
    for (std::size_t i = 0; i < expected.size(); ++i)
      CHECK(ops::array_equal(found[i].to_dense(), expected[i].to_dense()));
  }
}

TEST_CASE_TEMPLATE("Recurrent layers: the mask goes on with sequences, and ends otherwise", L, CORNU_RECURRENT_KINDS) {
  using Options = typename Kind<L>::Options;
  const Tensor x = Tensor::zeros({5, 4, 2});
  L last(3, Options{}), all(3, Options{.return_sequences = true});
  L states(3, Options{.return_sequences = true, .return_state = true});
  CHECK_FALSE(last.apply(x, {.mask = padding()}).second.has_value());
  CHECK_FALSE(all.apply(x, {}).second.has_value());
  CHECK(ops::array_equal(all.apply(x, {.mask = padding()}).second.value(), padding()));
  const Masks masks = states.apply(Tensors(x), {.mask = padding()}).second;
  REQUIRE(masks.size() == 1 + Kind<L>::states);
  CHECK(masks[0].has_value());
  CHECK_FALSE(masks[1].has_value());
}
