#include <cornu/framework/layer/layer.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/ops/ops.hpp>

#include "tests/framework/layer/scale_and_block.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using testing::Block, testing::message_of, testing::Scale;

TEST_CASE("layer: one that was moved keeps weights and sublayers") {
  Block block;
  block(Tensor({{1.f, 2.f}}));
  const std::vector<Variable> weights = block.weights();
  Block moved = std::move(block);
  CHECK(moved.weights() == weights);
  CHECK(moved(Tensor({{1.f, 2.f}})).shape() == Shape{1, 2});
}

TEST_CASE("layer: floating inputs are cast to its dtype, integers are left to call()") {
  Scale scale({.dtype = float64});
  CHECK(scale(Tensor({{1.f, 2.f}})).dtype() == float64);
  struct Seen : Layer<Seen> {
    using Layer::Layer;
    Tensor call(const Tensor& x) override { return x; }
  };
  CHECK(Seen({.dtype = float64})(Tensor({1, 2})).dtype() == int32);
  CHECK(Seen()(Tensor({1., 2.}, float64)).dtype() == float32);
}

TEST_CASE("layer: a layer without call() says what to write, and an integer dtype is refused") {
  struct Empty : Layer<Empty> {
    using Layer::Layer;
  };
  CHECK(message_of<StateError>([] { Empty()(Tensor({1.f})); }) ==
        "[Empty] Empty has no call(); override call(const Tensor&) or call(const Tensor&, const CallContext&)");
  CHECK_THROWS_WITH_AS(Empty({.dtype = int32}), doctest::Contains("got int32; expected float32 or float64"),
                       ValueError);
}

TEST_CASE("layer: the training flag and the mask reach a call that wants them") {
  struct Asking : Layer<Asking> {
    Asking() { supports_masking_ = true; }
    Tensor call(const Tensor& x, const CallContext& context) override {
      training = context.training;
      masked = context.mask.has_value();
      return x;
    }
    using LayerBase::call;
    bool training = false, masked = false;
  };
  Asking layer;
  const Tensor x({{1.f, 2.f}});
  layer(x, {.training = true, .mask = Tensor({true})});
  CHECK((layer.training && layer.masked));
  layer(x);
  CHECK_FALSE((layer.training || layer.masked));
}

TEST_CASE("layer: a mask is passed on by layers that support it and refused by those that do not") {
  struct Passing : Layer<Passing> {
    Passing() { supports_masking_ = true; }
    Tensor call(const Tensor& x) override { return x; }
  };
  const Tensor x({{1.f, 2.f}}), mask({{true, false}});
  const Mask passed = Passing().apply(x, {.mask = mask}).second;
  REQUIRE(passed);
  CHECK(ops::array_equal(*passed, mask));
  CHECK_FALSE(Passing().apply(x, {}).second);
  Scale scale({.name = "s"});
  CHECK_THROWS_WITH_AS(scale(x, {.mask = mask}),
                       "[Scale 's'] Scale cannot take a mask; got one of shape (1, 2); put layers::DropMask() in front "
                       "of it if the padding may count, or use mask_zero = false",
                       StateError);
}

TEST_CASE("layer: the output's shape is found without elements") {
  Scale scale;
  CHECK(scale.compute_output_shape({None, 5, 3}) == Shape{None, 5, 3});
  CHECK(scale.built());
}

TEST_CASE("layer: errors name the layer, the innermost one") {
  Scale scale({.name = "s"});
  scale.ensure_built({None, 2});
  const Tensor wrong({{1.f, 2.f, 3.f}});
  CHECK(message_of<ShapeError>([&] { scale(wrong); }).starts_with("[Scale 's'] "));
  Scale unnamed;
  unnamed.ensure_built({None, 2});
  CHECK(message_of<ShapeError>([&] { unnamed(wrong); }).starts_with("[Scale] "));
  Block block({.name = "block"});
  block(Tensor({{1.f, 2.f}}));
  CHECK(message_of<ShapeError>([&] { block(wrong); }).starts_with("[Scale 'first'] "));
  block.fails = true;
  CHECK(message_of<ValueError>([&] { block(Tensor({{1.f, 2.f}})); }) == "[Block 'block'] told to fail");
}
