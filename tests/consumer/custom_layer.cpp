// Extending the library: a layer with weights, an op with its own gradient, and the check that the gradient is right.
#include <cornu/cornu.hpp>

#include <fmt/core.h>

namespace layers = cornu::layers;
namespace ops = cornu::ops;
using cornu::Shape, cornu::Tensor;

// y = x * gain, with one gain for each feature.
class Scale : public cornu::Layer<Scale> {
 public:
  void build(const Shape& input_shape) override {
    gain_ = add_weight({.name = "gain",
                        .shape = {input_shape.back()},
                        .initializer = "ones",
                        .regularizer = cornu::regularizers::L2(1e-3),
                        .constraint = cornu::constraints::NonNeg()});
  }
  Tensor call(const Tensor& input) override {
    add_loss(1e-4f * ops::mean(ops::square(input)));
    return input * gain_;
  }

 private:
  cornu::Variable gain_;
};

// log(1 + e^x), whose gradient we give ourselves.
Tensor softplus(const Tensor& x) {
  return cornu::custom_gradient({x}, ops::log(1.f + ops::exp(x)),
                                [x](const Tensor& dy) { return std::vector<Tensor>{dy * ops::sigmoid(x)}; });
}

int main() {
  const auto report = cornu::check_gradients(softplus, {cornu::random::normal({4, 3})});  // float64 central differences
  fmt::print("largest relative error {:.1e}\n", report.max_relative_error);

  cornu::Sequential model{layers::Dense(8, {.activation = softplus}), Scale(), layers::Dropout(0.1f), layers::Dense(1)};
  model.compile(cornu::optim::Adam({.learning_rate = 1e-2}), "mse");

  const Tensor x = cornu::random::normal({512, 4});
  const Tensor y = ops::sum(x * x, {.axis = 1, .keepdims = true});
  model.fit(x, y, {.epochs = 20, .verbose = 0});
  fmt::print("loss {:.3f}\n", model.evaluate(x, y)["loss"]);
}
