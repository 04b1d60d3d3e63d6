#include <doctest/doctest.h>

#include <cornu/framework/ops/ops.hpp>

#include "tests/framework/layer/scale_and_block.hpp"

using namespace cornu;
using testing::Block, testing::names_of, testing::Scale;
using Names = std::vector<std::string>;

TEST_CASE("layer: the first call builds it, once") {
  Scale scale;
  CHECK_FALSE(scale.built());
  CHECK(ops::array_equal(scale(Tensor({{1.f, 2.f}})), Tensor({{1.f, 2.f}})));
  CHECK(scale.built());
  scale(Tensor({{1.f, 2.f}, {3.f, 4.f}}));
  CHECK(scale.builds == 1);
}

TEST_CASE("layer: weights in the constructor and a build by hand are kept when the layer is built") {
  struct Early : Layer<Early> {
    Early() { early = add_weight({.name = "early", .shape = {2}}); }
    void build(const Shape& shape) override { late = add_weight({.name = "late", .shape = {shape.back()}}); }
    Tensor call(const Tensor& x) override { return x * late; }
    Variable early, late;
  };
  Early layer;
  layer.build({None, 3});
  const Variable late = layer.late;
  layer(Tensor({{1.f, 2.f, 3.f}}));
  CHECK(names_of(layer.weights()) == Names{"early", "late"});
  CHECK(layer.late == late);
  CHECK_THROWS_WITH_AS(layer.build({None, 3}), doctest::Contains("two weights of one name; got a second 'late'"),
                       ValueError);
}

TEST_CASE("layer: a build that fails leaves nothing behind") {
  Block block;
  const auto first = block.first();
  block.fails = true;
  CHECK_THROWS_AS(block(Tensor({{1.f, 2.f}})), ValueError);  // the call failed, the build before it did not
  CHECK(block.built());

  struct Failing : Layer<Failing> {
    Failing() {
      kept = add_weight({.name = "kept", .shape = {1}});
      old = track("old", Scale());
      trained = track("trained", Scale());
      trained->ensure_built({None, 2});
    }
    void build(const Shape& shape) override {
      add_weight({.name = "w", .shape = {1}});
      track("new", Scale());
      old->ensure_built(shape);
      add_weight({.name = "impossible", .shape = {None}});
    }
    Tensor call(const Tensor& x) override { return x; }
    Variable kept;
    std::shared_ptr<Scale> old, trained;
  };
  Failing layer;
  const std::vector<Variable> trained = layer.trained->weights();
  CHECK_THROWS_AS(layer(Tensor({{1.f, 2.f}})), ShapeError);
  CHECK_FALSE(layer.built());
  CHECK(layer.sublayers().size() == 2);
  CHECK_FALSE(layer.old->built());
  CHECK(layer.old->weights().empty());
  CHECK(layer.trained->built());
  CHECK(layer.trained->weights() == trained);
  CHECK(names_of(layer.weights()) == Names{"kept", "gain", "offset", "count"});
}
