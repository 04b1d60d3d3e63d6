#include <cornu/framework/losses/sampled_losses.hpp>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <string>
#include <vector>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/optim/adam.hpp>

#include "tests/support/fixture.hpp"

using namespace cornu;
using losses::nce_loss;
using losses::sampled_softmax_loss;
using losses::SampledLossOptions;
using random::Candidates;
using random::Generator;
using random::log_uniform_candidate_sampler;

namespace {

Tensor loss_of(bool is_nce, const Tensor& weights, const Tensor& biases, const Tensor& labels, const Tensor& inputs,
               const SampledLossOptions& options) {
  const std::int64_t classes = weights.dim(0);
  return is_nce ? nce_loss(weights, biases, labels, inputs, 4, classes, options)
                : sampled_softmax_loss(weights, biases, labels, inputs, 4, classes, options);
}

}  // namespace

TEST_CASE("sampled_softmax_loss and nce_loss: losses and gradients are TensorFlow's") {
  const testing::Fixture expected("candidate_sampling");
  const auto input = [&](const char* name) { return expected.tensor(std::string("inputs/") + name); };
  const Tensor weights = input("weights"), biases = input("biases"), inputs = input("inputs");
  for (const bool is_nce : {false, true})
    for (const int num_true : {1, 2})
      for (const bool keep_hits : {false, true}) {
        const std::string name =
            fmt::format("{}/{}{}", is_nce ? "nce" : "sampled_softmax", num_true, keep_hits ? "_hits" : "");
        CAPTURE(name);
        const ops::SliceOptions first{.stop = num_true};
        GradientTape tape({.persistent = true});
        for (const Tensor& x : {weights, biases, inputs}) tape.watch(x);
        const Tensor loss =
            loss_of(is_nce, weights, biases, ops::slice(input("labels"), 1, first), inputs,
                    {.sampled_values = Candidates{input("sampled"), ops::slice(input("true_count"), 1, first),
                                                  input("sampled_count")},
                     .remove_accidental_hits = !keep_hits});
        CHECK(ops::all_close(loss, expected.tensor(name + "/loss"), 1e-12));
        const Tensor total = ops::sum(loss * Tensor({1., -2., 0.5}));
        const Gradient d_weights = tape.gradient(total, weights), d_biases = tape.gradient(total, biases);
        CHECK(d_weights.is_rows());
        CHECK(d_biases.is_rows());
        CHECK(ops::all_close(d_weights.to_dense(), expected.tensor(name + "/d_weights"), 1e-12, 1e-14));
        CHECK(ops::all_close(d_biases.to_dense(), expected.tensor(name + "/d_biases"), 1e-12, 1e-14));
        CHECK(
            ops::all_close(tape.gradient(total, inputs).to_dense(), expected.tensor(name + "/d_inputs"), 1e-12, 1e-14));
      }
}

TEST_CASE("sampled_softmax_loss: with all classes drawn it is the whole cross-entropy") {
  random::set_seed(1);
  const Tensor weights = random::normal({7, 3}), biases = random::normal({7}), inputs = random::normal({4, 3});
  const Tensor labels({0, 6, 3, 3});
  const Candidates all{Tensor::arange(7).astype(int64), Tensor::ones({4}), Tensor::ones({7})};
  const Tensor loss = sampled_softmax_loss(weights, biases, labels, inputs, 7, 7, {.sampled_values = all});
  const Tensor logits = ops::matmul(inputs, weights, false, true) + biases;
  const Tensor whole = -ops::sum(ops::log_softmax(logits) * ops::one_hot(labels, 7), {.axis = 1});
  CHECK(ops::all_close(loss, whole, 1e-5, 1e-6));
}

TEST_CASE("sampled_softmax_loss and nce_loss: gradients agree with central differences") {
  random::set_seed(2);
  const Tensor labels({{0, 6}, {2, 2}, {1, 5}});
  const Candidates drawn = log_uniform_candidate_sampler(labels, 4, true, 7, Generator(3));
  for (const bool is_nce : {false, true}) {
    const auto f = [&](const std::vector<Tensor>& x) {
      return loss_of(is_nce, x[0], x[1], labels, x[2], {.sampled_values = drawn});
    };
    const auto report = check_gradients(f, {random::normal({7, 3}), random::normal({7}), random::normal({3, 3})});
    CHECK_MESSAGE(report.ok(), report.where);
  }
}

TEST_CASE("sampled_softmax_loss and nce_loss: of variables with deferred updates, by labels (batch,) too") {
  random::set_seed(3);
  const Tensor start = random::normal({40, 4}), zeros = Tensor::zeros({40}), inputs = random::normal({5, 4});
  for (const bool is_nce : {false, true}) {
    const Variable weights(start), biases(zeros), dense_weights(start), dense_biases(zeros);
    optim::Adam a, b;
    for (int step = 0; step < 5; ++step) {
      const Tensor labels = random::randint({5}, 0, 40);
      const SampledLossOptions options{.sampled_values = log_uniform_candidate_sampler(labels, 6, true, 40)};
      GradientTape tape({.persistent = true});
      const Tensor loss = is_nce ? nce_loss(weights, biases, labels, inputs, 6, 40, options)
                                 : sampled_softmax_loss(weights, biases, labels, inputs, 6, 40, options);
      const Tensor dense_loss = loss_of(is_nce, dense_weights.value(), dense_biases.value(), labels, inputs, options);
      CHECK(ops::all_close(loss, dense_loss, 1e-5));
      a.apply({{tape.gradient(loss, weights), weights}, {tape.gradient(loss, biases), biases}});
      b.apply({{tape.gradient(dense_loss, dense_weights).to_dense(), dense_weights},
               {tape.gradient(dense_loss, dense_biases).to_dense(), dense_biases}});
    }
    CHECK(ops::all_close(weights.value(), dense_weights.value(), 1e-5, 1e-7));
  }
}

TEST_CASE("sampled_softmax_loss: draws by itself, as the seed says, and takes an empty batch") {
  const Tensor weights = Tensor::ones({9, 2}), biases = Tensor::zeros({9}), inputs = Tensor::ones({2, 2});
  const auto loss = [&] { return sampled_softmax_loss(weights, biases, Tensor({1, 2}), inputs, 3, 9); };
  random::set_seed(4);
  const Tensor first = loss();
  CHECK_FALSE(ops::array_equal(loss(), first));
  random::set_seed(4);
  CHECK(ops::array_equal(loss(), first));
  const Tensor none = Tensor::zeros({0, 2});
  CHECK(sampled_softmax_loss(weights, biases, Tensor::zeros({0}, int32), none, 3, 9).shape() == Shape{0});
  CHECK(nce_loss(weights, biases, Tensor::zeros({0, 3}, int32), none, 3, 9).shape() == Shape{0});
}

TEST_CASE("sampled_softmax_loss and nce_loss: what they refuse") {
  const Tensor weights = Tensor::zeros({8, 2}), biases = Tensor::zeros({8}), labels({1, 2}),
               inputs = Tensor::zeros({2, 2});
  CHECK_THROWS_AS(nce_loss(weights, biases, labels, inputs, 3, 9), ShapeError);
  CHECK_THROWS_AS(nce_loss(weights, Tensor::zeros({7}), labels, inputs, 3, 8), ShapeError);
  CHECK_THROWS_AS(nce_loss(weights, biases, Tensor({1}), inputs, 3, 8), ShapeError);
  CHECK_THROWS_AS(nce_loss(weights, biases, labels, Tensor::zeros({2, 3}), 3, 8), ShapeError);
  CHECK_THROWS_AS(nce_loss(weights, biases, Tensor::zeros({2, 0}, int32), inputs, 3, 8), ShapeError);
  CHECK_THROWS_AS(nce_loss(weights, biases, Tensor({1, 8}), inputs, 3, 8), IndexError);
  CHECK_THROWS_AS(nce_loss(weights, biases, Tensor({1.f, 2.f}), inputs, 3, 8), ValueError);
  CHECK_THROWS_AS(nce_loss(weights, biases, labels, inputs.astype(float64), 3, 8), ValueError);
  const Tensor counts = Tensor::ones({2, 1});
  CHECK_THROWS_AS(nce_loss(weights, biases, labels, inputs, 3, 8,
                           {.sampled_values = Candidates{Tensor({9}), counts, Tensor({1.f})}}),
                  IndexError);
  CHECK_THROWS_AS(nce_loss(weights, biases, labels, inputs, 3, 8,
                           {.sampled_values = Candidates{Tensor({3}), counts, Tensor({1.f, 1.f})}}),
                  ShapeError);
  CHECK_THROWS_AS(nce_loss(weights, biases, labels, inputs, 3, 8,
                           {.sampled_values = Candidates{Tensor({3}), Tensor({1.f}), Tensor({1.f})}}),
                  ShapeError);
}
