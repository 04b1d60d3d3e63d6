#include <cornu/framework/layer/added_losses.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/framework/layer/scale_and_block.hpp"

using namespace cornu;
using testing::Scale;

namespace {

class Penalised : public Layer<Penalised> {
 public:
  explicit Penalised(LayerOptions options = {}) : Layer(std::move(options)) {}
  Tensor call(const Tensor& x) override {
    add_loss(ops::sum(x));
    add_loss(10 * ops::sum(x));
    return 2 * x;
  }
};

}  // namespace

TEST_CASE("layer: add_loss adds up in the innermost AddedLosses, and is nothing without one") {
  Penalised layer;
  const Tensor x({{1.f, 2.f}});
  layer(x);
  AddedLosses outer;
  CHECK(outer.empty());
  CHECK_THROWS_AS(outer.total(), StateError);
  {
    const AddedLosses inner;
    layer(x);
    CHECK(inner.total().item<double>() == 33);
  }
  CHECK(outer.empty());
  layer(x);
  layer(x);
  CHECK(outer.total().item<double>() == 66);
}

TEST_CASE("layer: add_loss takes scalars alone, of any floating dtype, and no symbolic ones") {
  struct Odd : Layer<Odd> {
    using Layer::Layer;
    Tensor call(const Tensor& x) override {
      add_loss(x);
      return x;
    }
  };
  const AddedLosses added;
  Odd layer;
  layer(Tensor::symbolic({None, 2}));
  CHECK(added.empty());
  CHECK_THROWS_WITH_AS(layer(Tensor({{1.f, 2.f}})), doctest::Contains("a loss is a scalar; got shape (1, 2)"),
                       ShapeError);
  Odd()(Tensor(1.f));
  Odd({.dtype = float64})(Tensor(2.));
  CHECK(added.total().item<double>() == 3);
}

TEST_CASE("layer: an added loss reaches the gradient") {
  Variable w(Tensor(3.f));
  const AddedLosses added;
  GradientTape tape;
  const Tensor y = Penalised()(w.value() * w.value());
  CHECK(tape.gradient(ops::sum(y) + added.total(), w).to_dense().item<double>() == 13 * 2 * 3);
}

TEST_CASE("layer: the activity regularizer sees the output, divided by the batch") {
  const AddedLosses added;
  Scale scale({.activity_regularizer = regularizers::L2(0.5)});
  scale(Tensor({{1.f, 2.f}, {3.f, 4.f}}));
  CHECK(added.total().item<double>() == 0.5 * (1 + 4 + 9 + 16) / 2);
  scale(Tensor::zeros({0, 2}));
  CHECK(added.total().item<double>() == 7.5);
}
