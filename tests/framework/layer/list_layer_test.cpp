#include <cornu/framework/layer/list_layer.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>

using namespace cornu;

namespace {

// y = Σ x_i · weight_i, and how many inputs there were; a weight for each input.
class WeightedSum : public Layer<WeightedSum, ListLayer> {
 public:
  explicit WeightedSum(LayerOptions options = {}) : Layer(std::move(options)) { supports_masking_ = true; }
  void build(const Shapes& input_shapes) override {
    for (std::size_t i = 0; i < input_shapes.size(); ++i)
      weights_.push_back(add_weight(
          {.name = "weight_" + std::to_string(i), .shape = {input_shapes[i].back()}, .initializer = "ones"}));
  }
  Tensors call(const Tensors& inputs, const CallContext& context) override {
    masked = 0;
    Tensor sum = inputs[0] * weights_[0];
    for (std::size_t i = 0; i < inputs.size(); ++i) masked += context.mask_of(i) ? 1 : 0;
    for (std::size_t i = 1; i < inputs.size(); ++i) sum = sum + inputs[i] * weights_[i];
    return {sum, sum * 0.5};
  }

  int masked = 0;

 private:
  std::vector<Variable> weights_;
};

// The first output alone.
class OneOutput : public Layer<OneOutput, ListLayer> {
 public:
  Tensors call(const Tensors& inputs, const CallContext&) override { return inputs[0] * 2; }
};

}  // namespace

TEST_CASE("list layer: builds a weight for each input and gives several outputs") {
  WeightedSum layer;
  const Tensor a({{1.f, 2.f}}), b({{10.f}});
  const auto [outputs, masks] = layer.apply({a, b}, {});
  CHECK(layer.weights().size() == 2);
  CHECK(ops::array_equal(outputs[0], Tensor({{11.f, 12.f}})));
  CHECK(ops::array_equal(outputs[1], Tensor({{5.5f, 6.f}})));
  CHECK_FALSE(mask_at(masks, 0));
}

TEST_CASE("list layer: keeps a layer's promises") {
  const LayerReport report =
      check_layer([] { return WeightedSum(); }, {random::normal({2, 3, 4}), random::normal({2, 3, 1})},
                  {.output_shape = Shape{2, 3, 4},
                   .weight_names = {{"weight_0", "weight_1"}},
                   .mask = Tensor({{true, false, true}, {false, false, false}})});
  CHECK_MESSAGE(report.ok(), report.text());
}

TEST_CASE("list layer: the first input's mask goes to the first output, by itself") {
  WeightedSum layer;
  const Tensor x = Tensor::ones({1, 2, 3}), mask({{true, false}});
  const Masks first = layer.apply({x, x}, {.masks = {mask, std::nullopt}}).second;
  REQUIRE(mask_at(first, 0));
  CHECK(ops::array_equal(*mask_at(first, 0), mask));
  CHECK(layer.masked == 1);
  CHECK_FALSE(mask_at(layer.apply({x, x}, {.masks = {std::nullopt, mask}}).second, 0));
  CHECK(layer.masked == 1);
  OneOutput refusing;
  CHECK_THROWS_WITH_AS(refusing.apply({x, x}, {.masks = {std::nullopt, mask}}),
                       doctest::Contains("OneOutput cannot take a mask; got one of shape (1, 2)"), StateError);
}

TEST_CASE("list layer: one input is a list of one, in a Sequential too") {
  Sequential model{layers::Dense(2), OneOutput()};
  CHECK(model.predict(Tensor::ones({3, 4})).shape() == Shape{3, 2});
  CHECK(ops::array_equal(OneOutput()(Tensor({{1.f}})), Tensor({{2.f}})));
  CHECK(OneOutput().compute_output_shape({None, 3}) == Shape{None, 3});
  WeightedSum several;
  CHECK_THROWS_WITH_AS(several(Tensor({{1.f}})), doctest::Contains("WeightedSum has 2 outputs, where one is expected"),
                       StateError);
}

TEST_CASE("list layer: numbers in braces are one shape") {
  WeightedSum layer;
  layer.ensure_built({None, 5});
  CHECK(layer.weights().size() == 1);
  CHECK(layer.weights()[0].shape() == Shape{5});
  const Shapes shapes({Shape{None, 5}, Shape{None, 1}});
  CHECK_THROWS_AS(shapes[2], IndexError);
}

TEST_CASE("list layer: other layers take a list of one") {
  layers::Dense dense(2);
  const Tensor x = Tensor::ones({1, 3});
  CHECK(dense.apply(Tensors(x), {}).first.size() == 1);
  CHECK_THROWS_WITH_AS(dense({x, x}), doctest::Contains("[Dense] Dense takes one input; got 2"), StateError);
  CHECK_THROWS_WITH_AS(dense.apply(Tensors(), {}),
                       "[Dense] Dense is called on nothing; got an empty list; expected tensors", ValueError);
}
