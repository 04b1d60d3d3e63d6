#include <cornu/layers/recurrent/simple_rnn.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/ops.hpp>

using namespace cornu;
using layers::SimpleRNN;

namespace {

// The identity as kernel, no bias: what comes out is what went in, or what is left of it.
layers::SimpleRNNOptions passing_on() {
  return {.activation = [](const Tensor& x) { return x; },
          .use_bias = false,
          .kernel_initializer = [](const Shape& shape, DType dtype) { return Tensor::eye(shape[0], dtype); },
          .recurrent_initializer = "zeros",
          .return_sequences = true};
}

// h goes round and round.
layers::SimpleRNNOptions remembering() {
  layers::SimpleRNNOptions options = passing_on();
  options.kernel_initializer = "zeros";
  options.recurrent_initializer = [](const Shape& shape, DType dtype) { return Tensor::eye(shape[0], dtype); };
  return options;
}

const CallContext training{.training = true};

double part_of(const Tensor& x, double value) {
  const Tensor close = ops::less(ops::abs(x - value), 1e-6);
  return ops::mean(ops::cast(close, float32)).item<double>();
}

}  // namespace

TEST_CASE("SimpleRNN: two steps, worked out by hand") {
  SimpleRNN layer(1, {.kernel_initializer = initializers::Constant(0.5),
                      .recurrent_initializer = initializers::Constant(2),
                      .bias_initializer = initializers::Constant(0.1)});
  const double first = std::tanh(0.5 * 1 + 0.1), second = std::tanh(0.5 * -3 + 0.1 + 2 * first);
  CHECK(layer(Tensor({{{1.f}, {-3.f}}})).item<double>() == doctest::Approx(second).epsilon(1e-6));
}

TEST_CASE("SimpleRNN: dropout drops the same part of the inputs at all steps, in training alone") {
  random::set_seed(1);
  layers::SimpleRNNOptions options = passing_on();
  options.dropout = 0.25;
  SimpleRNN layer(50, options);
  const Tensor x = Tensor::ones({80, 3, 50});
  CHECK(ops::array_equal(layer(x), x));
  const Tensor y = layer(x, training);
  CHECK(ops::array_equal(ops::max(y, {.axis = 1}), ops::min(y, {.axis = 1})));
  CHECK(part_of(y, 0) == doctest::Approx(0.25).epsilon(0.1));
  CHECK(part_of(y, 0) + part_of(y, 1 / 0.75) == doctest::Approx(1));
  CHECK_FALSE(ops::array_equal(layer(x, training), y));  // drawn anew for the next batch
}

TEST_CASE("SimpleRNN: recurrent dropout drops the same part of the state at all steps") {
  random::set_seed(2);
  layers::SimpleRNNOptions options = remembering();
  options.recurrent_dropout = 0.5;
  SimpleRNN layer(50, options);
  const Tensor x = Tensor::zeros({80, 3, 1}), h = Tensor::ones({80, 50});
  CHECK(ops::array_equal(layer({x, h}), Tensor::ones({80, 3, 50})));
  const Tensor y = layer({x, h}, training);
  CHECK(part_of(ops::select(y, 1, 0), 0) == doctest::Approx(0.5).epsilon(0.1));
  for (std::int64_t step = 0; step < 3; ++step)  // 1 / (1 − 0.5) each time where it stays
    CHECK(part_of(ops::select(y, 1, step), 0) + part_of(ops::select(y, 1, step), std::pow(2, step + 1)) ==
          doctest::Approx(1));
  const Tensor kept = ops::not_equal(y, 0);
  CHECK(ops::array_equal(ops::select(kept, 1, 0), ops::select(kept, 1, 2)));
}

TEST_CASE("SimpleRNN: a rate of 1 drops everything") {
  layers::SimpleRNNOptions options = passing_on();
  options.dropout = 1;
  CHECK(ops::array_equal(SimpleRNN(3, options)(Tensor::ones({2, 2, 3}), training), Tensor::zeros({2, 2, 3})));
}

TEST_CASE("SimpleRNN: a seed begins the same stream of what is dropped") {
  const Tensor x = Tensor::ones({4, 3, 20});
  layers::SimpleRNNOptions options = passing_on();
  options.dropout = options.recurrent_dropout = 0.5;
  options.seed = 4;
  SimpleRNN layer(20, options), same(20, options);
  options.seed = 5;
  SimpleRNN other(20, options);
  const Tensor first = layer(x, training), second = layer(x, training);
  CHECK_FALSE(ops::array_equal(first, second));
  CHECK(ops::array_equal(same(x, training), first));
  CHECK(ops::array_equal(same(x, training), second));
  CHECK_FALSE(ops::array_equal(other(x, training), first));
}

TEST_CASE("SimpleRNN: the activity regularizer sees what comes out") {
  layers::SimpleRNNOptions options = passing_on();
  options.activity_regularizer = regularizers::L1(1);
  SimpleRNN layer(2, options);
  const AddedLosses added;
  layer(Tensor::full({4, 3, 2}, 2));
  CHECK(added.total().item<float>() == 12);  // Σ |y| / 4
}

TEST_CASE("SimpleRNN: the config is Keras's") {
  const Config config =
      SimpleRNN(3, {.dropout = 0.5, .return_sequences = true, .seed = 3, .name = "memory"}).get_config();
  CHECK(config["name"].as_string() == "memory");
  CHECK(config["units"].as_int() == 3);
  CHECK(config["activation"].as_string() == "tanh");
  CHECK(config["use_bias"].as_bool());
  CHECK(config["recurrent_initializer"]["class_name"].as_string() == "Orthogonal");
  CHECK(config["bias_constraint"].is_null());
  CHECK(config["dropout"].as_double() == 0.5);
  CHECK(config["seed"].as_int() == 3);
  CHECK(config["return_sequences"].as_bool());
  CHECK_FALSE(config["zero_output_for_mask"].as_bool());
  CHECK(config["recurrent_activation"].is_null());
  CHECK(layers::SimpleRNNCell(3).get_config()["units"].as_int() == 3);
}
