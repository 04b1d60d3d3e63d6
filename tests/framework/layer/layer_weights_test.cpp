#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/ops/ops.hpp>

#include "tests/framework/layer/scale_and_block.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using testing::Block, testing::message_of, testing::names_of, testing::Scale;
using Names = std::vector<std::string>;

TEST_CASE("layer: weights are listed trainable ones first, as they were asked for") {
  Scale scale;
  scale.ensure_built({None, 3});
  CHECK(names_of(scale.weights()) == Names{"gain", "offset", "count"});
  CHECK(names_of(scale.trainable_weights()) == Names{"gain", "offset"});
  CHECK(names_of(scale.non_trainable_weights()) == Names{"count"});
  CHECK(scale.count_params() == 7);
  const Variable gain = scale.weights()[0];
  CHECK(gain.shape() == Shape{3});
  CHECK(gain.dtype() == float32);
  CHECK(gain.body().weight.constraint);
  CHECK(gain.body().weight.regularizer);
  CHECK(scale.weights()[2].dtype() == int64);
  CHECK(ops::array_equal(scale.get_weights()[2], Tensor(std::int64_t{0})));
}

TEST_CASE("layer: a floating weight starts as glorot_uniform draws it, of the layer's dtype") {
  struct Free : Layer<Free> {
    using Layer::Layer;
    void build(const Shape&) override { add_weight({.name = "w", .shape = {40, 20}}); }
    Tensor call(const Tensor& x) override { return x; }
  };
  Free layer({.dtype = float64});
  layer.ensure_built({None, 1});
  const Tensor w = layer.get_weights()[0];
  CHECK(w.dtype() == float64);
  const double limit = std::sqrt(6. / 60);
  CHECK(ops::max(ops::abs(w)).item<double>() <= limit);
  CHECK(ops::max(ops::abs(w)).item<double>() > 0.9 * limit);
}

TEST_CASE("layer: a weight needs extents, and an initializer that gives what was asked for") {
  struct Short : initializers::Initializer {
    Tensor operator()(const Shape&, DType) const override { return Tensor::zeros({1}); }
  };
  struct Wrong : Layer<Wrong> {
    void build(const Shape& shape) override {
      add_weight({.name = "w", .shape = {shape.back()}, .initializer = Short()});
    }
    Tensor call(const Tensor& x) override { return x; }
  };
  CHECK(message_of<ShapeError>([] {
          Wrong()(Tensor({{1.f, 2.f}}));
        }) == "[Wrong] the initializer of weight 'w' made float32 (1,); expected float32 (2,)");
  CHECK_THROWS_WITH_AS(Wrong().ensure_built({4, None}),
                       doctest::Contains("weight 'w' needs extents that are not known yet; got shape (None,)"),
                       ShapeError);
}

TEST_CASE("layer: set_weights and get_weights carry values, cast to the weights' dtypes") {
  Scale scale;
  scale.ensure_built({None, 2});
  scale.set_weights({Tensor({2., 3.}, float64), Tensor({4, 5}), Tensor(7)});
  const std::vector<Tensor> weights = scale.get_weights();
  CHECK(ops::array_equal(weights[0], Tensor({2.f, 3.f})));
  CHECK(ops::array_equal(weights[1], Tensor({4.f, 5.f})));
  CHECK(ops::array_equal(weights[2], Tensor(std::int64_t{7})));
}

TEST_CASE("layer: get_weights is a snapshot") {
  Scale scale;
  scale.ensure_built({None, 2});
  const std::vector<Tensor> before = scale.get_weights();
  scale.weights()[0].writable().mutable_data<float>()[0] = 9;
  CHECK(before[0].at<float>(0) == 1);
  CHECK(scale.get_weights()[0].at<float>(0) == 9);
}

TEST_CASE("layer: set_weights refuses another number, shape or an empty tensor, and changes nothing") {
  Scale scale({.name = "s"});
  CHECK_THROWS_WITH_AS(scale.set_weights({Tensor(1.f)}),
                       "[Scale 's'] wrong number of weights; got 1; expected 0; build the layer first", ShapeError);
  scale.ensure_built({None, 2});
  const std::vector<Tensor> before = scale.get_weights();
  const Tensor good({5.f, 5.f}), count(std::int64_t{1});
  CHECK_THROWS_WITH_AS(
      scale.set_weights({good}),
      "[Scale 's'] wrong number of weights; got 1; expected 3: 's/gain' (2,), 's/offset' (2,), 's/count' ()",
      ShapeError);
  CHECK_THROWS_WITH_AS(scale.set_weights({good, Tensor({1.f}), count}),
                       "[Scale 's'] wrong shape for weight 1 'offset'; got (1,); expected (2,)", ShapeError);
  CHECK_THROWS_AS(scale.set_weights({good, Tensor::symbolic({2}), count}), ValueError);
  CHECK_THROWS_AS(scale.set_weights({good, Tensor(), count}), StateError);
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(ops::array_equal(before[i], scale.get_weights()[i]));
}

TEST_CASE("layer: count_params is refused before the layer is built") {
  CHECK_THROWS_WITH_AS(Scale().count_params(), doctest::Contains("[Scale] the number of weights is not known"),
                       StateError);
}

TEST_CASE("layer: freezing takes all weights out of training, thawing brings back those that were made trainable") {
  Scale scale;
  scale.ensure_built({None, 2});
  scale.set_trainable(false);
  CHECK_FALSE(scale.trainable());
  CHECK(scale.trainable_weights().empty());
  CHECK(names_of(scale.weights()) == Names{"gain", "offset", "count"});
  CHECK(scale.non_trainable_weights().size() == 3);
  CHECK(scale.losses().empty());
  scale.set_trainable(true);
  CHECK(names_of(scale.trainable_weights()) == Names{"gain", "offset"});
}

TEST_CASE("layer: freezing before the build and in the options holds for weights and sublayers made later") {
  Block block({.trainable = false});
  block(Tensor({{1.f, 2.f}}));
  CHECK(block.weights().size() == 7);
  CHECK(block.trainable_weights().empty());
  block.set_trainable(true);
  CHECK(block.trainable_weights().size() == 5);
}

TEST_CASE("layer: sublayers' weights follow the layer's own, each once") {
  Block block;
  block(Tensor({{1.f, 2.f}}));
  CHECK(names_of(block.weights()) == Names{"own", "gain", "offset", "count", "gain", "offset", "count"});
  CHECK(block.sublayers()[0].first == "first");
  CHECK(block.sublayers()[1].second->name() == "second");
  CHECK(block.losses().size() == 2);

  struct Twice : Layer<Twice> {
    explicit Twice(const std::shared_ptr<Scale>& shared) {
      track("a", shared);
      track("b", shared);
    }
  };
  const auto shared = std::make_shared<Scale>();
  shared->ensure_built({None, 2});
  CHECK(Twice(shared).weights().size() == 3);
  CHECK_THROWS_WITH_AS(Twice(nullptr), doctest::Contains("no layer; got a null pointer for 'a'"), ValueError);
}

TEST_CASE("layer: losses() holds the regularization of the weights as they are") {
  Scale scale;
  scale.ensure_built({None, 2});
  scale.set_weights({Tensor({1.f, 3.f}), Tensor({0.f, 0.f}), Tensor(std::int64_t{0})});
  REQUIRE(scale.losses().size() == 1);
  CHECK(scale.losses()[0].item<double>() == 5);
}
