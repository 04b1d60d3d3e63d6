#include <cornu/optim/muon.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::Muon, testing::check_run, testing::message_of;

// Keras computes 1 − β^t in float32; see adam_test.cpp.
constexpr double keras_bias_correction = 7e-6;

TEST_CASE("Muon: 25 steps as Keras, with its options") {
  const testing::Fixture fixture("optimizers_all");
  const auto check = [&](const char* run, optim::MuonOptions options, double tolerance,
                         std::optional<DType> dtype = {}) {
    Muon optimizer(options);
    check_run(fixture, run, optimizer, tolerance, dtype);
  };
  const optim::MuonOptions plain{
      .learning_rate = 0.1, .weight_decay = {}, .ns_steps = 3, .nesterov = false, .rms_rate = {}};
  const optim::MuonOptions all{.learning_rate = 0.1,
                               .adam_beta_1 = 0.8,
                               .adam_beta_2 = 0.95,
                               .adam_weight_decay = 0.1,
                               .epsilon = 1e-3,
                               .weight_decay = 0.2,
                               .muon_a = 3,
                               .muon_b = -4,
                               .muon_c = 2,
                               .adam_lr_ratio = 0.5,
                               .momentum = 0.8,
                               .ns_steps = 4,
                               .rms_rate = 0.3};
  check("muon", {.learning_rate = 0.1}, keras_bias_correction);
  check("muon_plain", plain, keras_bias_correction);
  check("muon_plain_float64", plain, 1e-13);
  check("muon_all", all, 4e-6);
  check("muon_all_float64", all, 2e-8);  // Keras takes √5 in float32
  check("muon_excluded", {.learning_rate = 0.1, .exclude_layers = {"output", "^ker"}}, keras_bias_correction);
}

TEST_CASE("Muon: Adam has what is no matrix, embeddings and excluded layers, by the paths of a model") {
  Sequential model{layers::Embedding(5, 3), layers::GlobalAveragePooling1D(), layers::Dense(4), layers::Dense(2)};
  model.build({None, 6});
  const auto on_adams_side = [&](optim::MuonOptions options) {
    Muon optimizer(options);
    std::vector<const Variable*> pointers;
    const std::vector<Variable> weights = model.trainable_weights();
    for (const Variable& weight : weights) pointers.push_back(&weight);
    optimizer.build(pointers);
    std::string sides;  // one letter a slot, learning rate and iteration aside
    for (const Variable& each : optimizer.variables()) sides += each.name().ends_with("velocity") ? 'v' : 'm';
    return sides.substr(2);
  };
  CHECK(model.weights()[0].path() == "embedding/embeddings");
  CHECK(model.weights()[3].path() == "dense_1/kernel");
  CHECK(on_adams_side({}) ==
        "mv"
        "m"
        "mv"
        "m"
        "mv");
  CHECK(on_adams_side({.exclude_embeddings = false}) ==
        "m"
        "m"
        "mv"
        "m"
        "mv");
  CHECK(on_adams_side({.exclude_layers = {"dense_1"}}) ==
        "mv"
        "m"
        "mv"
        "mv"
        "mv");
}

TEST_CASE("Muon: a matrix and its transpose move alike, and a step has singular values near 1") {
  const Tensor gradient({{3., 1., -2.}, {0.5, 4., 1.}}, float64);
  const Variable wide(Tensor::zeros({2, 3}, float64), {.name = "wide"});
  const Variable tall(Tensor::zeros({3, 2}, float64), {.name = "tall"});
  Muon optimizer({.learning_rate = 1, .rms_rate = {}});
  optimizer.apply({{gradient, wide}, {ops::transpose(gradient), tall}});
  const Tensor step = wide.value();
  CHECK(ops::max(ops::abs(step - ops::transpose(tall.value()))).item<double>() < 1e-12);
  const Tensor gram = ops::matmul(step, ops::transpose(step));  // singular values of .68 … 1.13 after five iterations
  CHECK(gram.at<double>(0, 0) + gram.at<double>(1, 1) > 2 * 0.68 * 0.68);
  CHECK(gram.at<double>(0, 0) + gram.at<double>(1, 1) < 2 * 1.13 * 1.13);
}

TEST_CASE("Muon: a matrix of no elements, and one without any gradient") {
  const Variable none(Tensor::zeros({0, 3}), {.name = "none"}), still(Tensor::ones({2, 2}), {.name = "still"});
  Muon optimizer({.weight_decay = {}});
  optimizer.apply({{Tensor::zeros({0, 3}), none}, {Tensor::zeros({2, 2}), still}});
  CHECK(still.peek().to_vector<float>() == std::vector<float>{1, 1, 1, 1});
}

TEST_CASE("Muon: what it refuses") {
  CHECK(message_of<ValueError>([] { Muon({.adam_beta_1 = 1}); }) ==
        "[Muon] adam_beta_1 is out of range; got 1; expected 0 or more, below 1");
  CHECK(message_of<ValueError>([] { Muon({.adam_beta_2 = 1}); }) ==
        "[Muon] adam_beta_2 is out of range; got 1; expected 0 or more, below 1");
  CHECK(message_of<ValueError>([] { Muon({.momentum = 1.5}); }) ==
        "[Muon] momentum is out of range; got 1.5; expected 0 … 1");
  CHECK(message_of<ValueError>([] { Muon({.ns_steps = -1}); }) ==
        "[Muon] ns_steps is out of range; got -1; expected a number from 0 on");
  CHECK(message_of<ValueError>([] { Muon({.adam_weight_decay = -1}); }) ==
        "[Muon] adam_weight_decay is out of range; got -1; expected a number from 0 on");
  CHECK(message_of<ValueError>([] { Muon({.epsilon = -1}); }) ==
        "[Muon] epsilon is out of range; got -1; expected a number from 0 on");
  CHECK(message_of<ValueError>([] { Muon({.adam_lr_ratio = -1}); }) ==
        "[Muon] adam_lr_ratio is out of range; got -1; expected a number from 0 on");
  CHECK(message_of<ValueError>([] { Muon({.rms_rate = -1}); }) ==
        "[Muon] rms_rate is out of range; got -1; expected a number from 0 on");
  CHECK(message_of<ValueError>([] { Muon({.exclude_layers = {"dense("}}); }) ==
        "[Muon] no regular expression: a '(' without its ')'; got 'dense('; expected part of a name, or a pattern such "
        "as 'bias|gamma$'");
}
