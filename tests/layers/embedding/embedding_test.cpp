#include <cornu/layers/embedding/embedding.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/optim/adam.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"
#include "tests/support/fixture.hpp"

using namespace cornu;
using cornu::testing::check;
using cornu::testing::check_keras_case;
using layers::Embedding;

namespace {

const Tensor table({{0.f, 0.1f}, {1.f, 1.1f}, {2.f, 2.1f}, {3.f, 3.1f}});

Embedding embedding(layers::EmbeddingOptions options = {}) {
  options.weights = table;
  return Embedding(4, 2, std::move(options));
}

}  // namespace

TEST_CASE("Embedding: outputs, masks and gradients are Keras's, for ids of rank 0 to 3 and of any dtype") {
  for (const char* name : {"embedding_rank0", "embedding_rank1", "embedding_rank2", "embedding_rank3",
                           "embedding_float", "embedding_int64", "embedding_bool", "embedding_empty"})
    check_keras_case(name, Embedding(6, 3));
  for (const char* name :
       {"embedding_mask_zero", "embedding_mask_zero_rank3", "embedding_mask_zero_float", "embedding_mask_zero_empty"})
    check_keras_case(name, Embedding(6, 3, {.mask_zero = true}));
}

TEST_CASE("Embedding: keeps a layer's promises") {
  const Tensor ids({{1, 2, 2, 0}, {3, 1, 0, 0}});
  const LayerExpectations expected{.output_shape = Shape{2, 4, 3}, .weight_names = {{"embeddings"}}};
  check(check_layer([] { return Embedding(4, 3); }, ids, expected));
  check(check_layer([] { return Embedding(4, 3, {.mask_zero = true}); }, ids, expected));
  check(check_layer([] { return Embedding(4, 3, {.input_length = 4, .dtype = float64}); }, ids, expected));
  check(check_layer([] { return Embedding(4, 3, {.activity_regularizer = "l2"}); }, ids, expected));
  check(check_layer([] { return Embedding(4, 3); }, Tensor({1, 3, 1}), {.output_shape = Shape{3, 3}}));
  check(check_layer([] { return Embedding(4, 3); }, ops::reshape(ids, {2, 2, 2}), {.output_shape = Shape{2, 2, 2, 3}}));
  check(check_layer([] { return Embedding(4, 3); }, Tensor(3), {.output_shape = Shape{3}}));
}

TEST_CASE("Embedding: the table begins between -0.05 and 0.05") {
  random::set_seed(1);
  Embedding layer(1000, 16);
  layer(Tensor({0}));
  const Tensor first = layer.get_weights()[0];
  CHECK(first.shape() == Shape{1000, 16});
  CHECK(ops::max(ops::abs(first)).item<float>() <= 0.05f);
  CHECK(ops::max(first).item<float>() > 0.0499f);
}

TEST_CASE("Embedding: equal ids add their gradients, rows never looked up have none") {
  Embedding layer = embedding();
  GradientTape tape;
  const Tensor sum = ops::sum(layer(Tensor({{1, 1, 2}, {1, 2, 1}})));
  const Gradient gradient = tape.gradient(sum, layer.embeddings());
  CHECK(gradient.is_rows());
  CHECK(gradient.rows().ids.to_vector<std::int32_t>() == std::vector<std::int32_t>{1, 2});
  CHECK(ops::array_equal(gradient.to_dense(), Tensor({{0.f, 0.f}, {4.f, 4.f}, {2.f, 2.f}, {0.f, 0.f}})));
}

TEST_CASE("Embedding: is the product with one_hot(ids)") {
  Embedding layer = embedding();
  const Tensor ids({{3, 0, 2}, {2, 2, 1}});
  CHECK(ops::array_equal(layer(ids), ops::matmul(ops::one_hot(ids, 4), table)));
}

TEST_CASE("Embedding: other dtypes are truncated, and those beyond the vocabulary told as they are") {
  Embedding layer = embedding();
  CHECK(ops::array_equal(layer(Tensor({1.9f, -0.5f, 3.f})), layer(Tensor({1, 0, 3}))));
  CHECK(ops::array_equal(layer(Tensor({true, false})), layer(Tensor({1, 0}))));
  CHECK(ops::array_equal(layer(Tensor({1, 3}, int64)), layer(Tensor({1, 3}))));
  CHECK_THROWS_AS(layer(Tensor({std::nanf("")})), IndexError);
  CHECK_THROWS_AS(layer(Tensor({std::numeric_limits<std::int64_t>::max()})), IndexError);
  CHECK_THROWS_AS(layer(Tensor({4294967297})), IndexError);
  CHECK_THROWS_WITH_AS(layer(Tensor({{1.f, -1.3f}})),
                       "[Embedding] id -1.3 at (0, 1) is outside the vocabulary; expected 0 … 3; the data are floats; "
                       "give features to a layers::Dense instead",
                       IndexError);
  for (const float bad : {-1.f, 4.f, 1e30f, -HUGE_VALF}) {
    CHECK_THROWS_AS(layer(Tensor({bad})), IndexError);
    CHECK_THROWS_AS(layer.check_data(Tensor({bad})), IndexError);
  }
}

TEST_CASE("Embedding: mask_zero masks id 0 before truncation, and keeps row 0 a row as any other") {
  Embedding layer = embedding({.mask_zero = true});
  CHECK(layer.supports_masking());
  const auto [output, mask] = layer.apply(Tensor({{2, 1, 0}, {0, 0, 0}}), {});
  CHECK(ops::array_equal(mask.value(), Tensor({{true, true, false}, {false, false, false}})));
  CHECK(output.at<float>(0, 2, 1) == 0.1f);
  CHECK(ops::array_equal(layer.compute_mask(Tensor({0.5f, 0.f, -0.f}), {}).value(), Tensor({true, false, false})));

  Embedding without = embedding();
  CHECK_FALSE(without.supports_masking());
  CHECK_FALSE(without.apply(Tensor({0, 1}), {}).second.has_value());
}

TEST_CASE("Embedding: ids outside the vocabulary are named with their place and the limit") {
  Embedding layer(1000, 2, {.name = "tokens"});
  CHECK_THROWS_WITH_AS(
      layer(Tensor({{4, 1000}})),
      "[Embedding 'tokens'] id 1000 at (0, 1) is outside the vocabulary; expected 0 … 999; raise input_dim "
      "or map unknown words to one id",
      IndexError);
  CHECK_THROWS_WITH_AS(
      layer(Tensor({{4, 5}, {-1, 0}})),
      "[Embedding 'tokens'] id -1 at (1, 0) is outside the vocabulary; expected 0 … 999; raise input_dim or "
      "map unknown words to one id",
      IndexError);
  CHECK_THROWS_AS(layer.check_data(Tensor({{4, 1000}})), IndexError);
  CHECK_NOTHROW(layer.check_data(Tensor({{4, 999}})));
  CHECK_NOTHROW(layer.check_data(Tensor::zeros({0, 3}, int32)));
}

TEST_CASE("Embedding: weights in the options are the table at once, and the caller's tensor stays as it is") {
  Embedding layer = embedding();
  CHECK(layer.built());
  CHECK(ops::array_equal(layer.get_weights()[0], table));
  layer.set_weights({table * 2});
  CHECK(table.at<float>(3, 1) == 3.1f);
  CHECK_THROWS_AS(layer.build({}), ValueError);  // once is enough
  CHECK(ops::array_equal(layer(Tensor({3})), Tensor({{6.f, 6.2f}})));

  Embedding wide(4, 2, {.weights = table, .dtype = float64});
  CHECK(wide(Tensor({1})).dtype() == float64);
  Embedding frozen(4, 2, {.weights = table, .trainable = false});
  CHECK(frozen.trainable_weights().empty());
}

TEST_CASE("Embedding: a frozen table has no gradient") {
  Embedding layer = embedding({.trainable = false});
  GradientTape tape;
  CHECK(tape.gradient(ops::sum(layer(Tensor({1, 2}))), layer.embeddings()).empty());
}

TEST_CASE("Embedding: the regularizer and the constraint are the table's") {
  Embedding layer = embedding({.embeddings_regularizer = regularizers::L2(0.5), .embeddings_constraint = "non_neg"});
  REQUIRE(layer.losses().size() == 1);
  CHECK(layer.losses()[0].item<float>() == doctest::Approx(0.5 * (0.01 + 1 + 1.21 + 4 + 4.41 + 9 + 9.61)));
  CHECK(layer.embeddings().body().weight.constraint != nullptr);
}

TEST_CASE("Embedding: the activity regularizer sees the vectors, divided by the batch") {
  Embedding layer = embedding({.activity_regularizer = regularizers::L1(1)});
  const AddedLosses added;
  layer(Tensor({{1}, {2}}));
  CHECK(added.total().item<float>() == doctest::Approx((1 + 1.1 + 2 + 2.1) / 2));
}

TEST_CASE("Embedding: input_length fills the shape in, and is held") {
  Embedding layer(10, 3, {.input_length = 5});
  CHECK(layer.expected_input_shape().value() == Shape{None, 5});
  CHECK(layer.expected_input_dtype() == int32);
  CHECK(layer.compute_output_shape({None, None}) == Shape{None, 5, 3});
  CHECK(layer(Tensor::zeros({2, 5}, int32)).shape() == Shape{2, 5, 3});
  CHECK_THROWS_WITH_AS(layer(Tensor::zeros({2, 4}, int32)),
                       "[Embedding] ids do not have `input_length`; got (2, 4); expected (None, 5); pad or cut "
                       "them to that length, or leave input_length out",
                       ShapeError);
  CHECK_THROWS_AS(layer(Tensor::zeros({5}, int32)), ShapeError);
  CHECK_THROWS_AS(layer(Tensor::symbolic({None, 4}, int32)), ShapeError);
  CHECK_THROWS_AS(layer.check_data(Tensor::zeros({2, 4}, int32)), ShapeError);

  Embedding pictures(10, 3, {.input_length = Shape{2, None}});
  CHECK(pictures.compute_output_shape({None, None, None}) == Shape{None, 2, None, 3});
  CHECK(Embedding(10, 3).expected_input_shape().value() == Shape{None, None});
}

TEST_CASE("Embedding: the config is Keras's") {
  Embedding layer(10, 3, {.embeddings_constraint = "unit_norm", .mask_zero = true, .input_length = 5, .name = "words"});
  const Config config = layer.get_config();
  CHECK(config["name"].as_string() == "words");
  CHECK(config["input_dim"].as_int() == 10);
  CHECK(config["output_dim"].as_int() == 3);
  CHECK(config["embeddings_initializer"]["class_name"].as_string() == "RandomUniform");
  CHECK(config["embeddings_regularizer"].is_null());
  CHECK(config["embeddings_constraint"]["config"]["axis"].as_int() == 0);
  CHECK(config["mask_zero"].as_bool());
  CHECK(config["input_length"].to_json() == "[5]");
  CHECK_FALSE(config.contains("cornu"));
  CHECK(Embedding(10, 3, {.max_norm = 2.5}).get_config()["cornu"]["max_norm"].as_double() == 2.5);
}

TEST_CASE("Embedding: max_norm is PyTorch's, for any norm; outside training the table stays as it is") {
  const testing::Fixture expected("embedding_bag");
  const Tensor before = expected.tensor("inputs/table"), ids = expected.tensor("inputs/matrix");
  for (const double norm_type : {1., 2., 3., std::numeric_limits<double>::infinity()}) {
    CAPTURE(norm_type);
    const std::string record = fmt::format("max_norm/{:g}/", norm_type);
    const auto make = [&](bool trainable) {
      return Embedding(
          5, 3, {.weights = before, .trainable = trainable, .dtype = float64, .max_norm = 1.5, .norm_type = norm_type});
    };
    Embedding looking = make(true), training = make(true), frozen = make(false);
    CHECK(ops::all_close(looking(ids), expected.tensor(record + "output"), 1e-15));
    CHECK(ops::array_equal(looking.get_weights()[0], before));
    CHECK(ops::all_close(training(ids, {.training = true}), expected.tensor(record + "output"), 1e-15));
    CHECK(ops::all_close(training.get_weights()[0], expected.tensor(record + "table"), 1e-15));
    CHECK(ops::all_close(frozen(ids, {.training = true}), expected.tensor(record + "output"), 1e-15));
    CHECK(ops::array_equal(frozen.get_weights()[0], before));
  }
}

TEST_CASE("Embedding: max_norm leaves rows that are not looked up, tensors read before, and the gradient's scale") {
  Embedding layer(4, 2, {.weights = table, .max_norm = 1});
  const Tensor read = layer.get_weights()[0];
  GradientTape tape;
  const Tensor y = layer(Tensor({2, 2, 0}), {.training = true});
  CHECK(ops::all_close(ops::sum(ops::square(ops::select(y, 0, 1))), Tensor(1.f), 1e-6));
  CHECK(ops::array_equal(read, table));
  const Tensor after = layer.get_weights()[0];
  CHECK(ops::array_equal(ops::gather(after, Tensor({0, 1, 3})), ops::gather(table, Tensor({0, 1, 3}))));
  CHECK(ops::array_equal(tape.gradient(ops::sum(y), layer.embeddings()).to_dense(),
                         Tensor({{1.f, 1.f}, {0.f, 0.f}, {2.f, 2.f}, {0.f, 0.f}})));
  CHECK_THROWS_AS(layer(Tensor({4}), {.training = true}), IndexError);
  CHECK(layer(Tensor::zeros({2, 0}, int32), {.training = true}).shape() == Shape{2, 0, 2});
}

TEST_CASE("Embedding: with max_norm, deferred updates give what dense ones give") {
  random::set_seed(2);
  const Tensor start = random::normal({30, 4});
  Embedding layer(30, 4, {.weights = start, .max_norm = 1.5});
  const Variable dense(start);
  optim::Adam a({.learning_rate = 0.05}), b({.learning_rate = 0.05});
  for (int step = 0; step < 6; ++step) {
    const Tensor ids = random::randint({5}, 0, 30);
    const Tensor target = random::normal({5, 4});
    GradientTape tape;
    const Tensor loss = ops::sum(ops::square(layer(ids, {.training = true}) - target));
    a.apply({{tape.gradient(loss, layer.embeddings()), layer.embeddings()}});

    Tensor held = dense.value();
    const Tensor norms = ops::sqrt(ops::sum(ops::square(held), {.axis = 1, .keepdims = true}));
    const Tensor looked_up = ops::greater(ops::sum(ops::one_hot(ids, 30), {.axis = 0}), 0);
    const Tensor is_long = ops::logical_and(ops::expand_dims(looked_up, 1), ops::greater(norms, 1.5));
    Variable(dense).assign(ops::where(is_long, held * (1.5 / (norms + 1e-7)), held));
    GradientTape dense_tape;
    const Tensor dense_loss = ops::sum(ops::square(ops::gather(dense.value(), ids) - target));
    b.apply({{dense_tape.gradient(dense_loss, dense).to_dense(), dense}});
    CHECK(ops::all_close(layer.embeddings().value(), dense.value(), 1e-4, 1e-6));
  }
}

TEST_CASE("Embedding: refused when it is made") {
  CHECK_THROWS_WITH_AS(Embedding(0, 2), "[Embedding] `input_dim` must be a positive integer; got 0; expected 1 or more",
                       ValueError);
  CHECK_THROWS_AS(Embedding(-3, 2), ValueError);
  CHECK_THROWS_WITH_AS(Embedding(2, -1),
                       "[Embedding] `output_dim` must be a positive integer; got -1; expected 1 or more", ValueError);
  CHECK_THROWS_WITH_AS(
      Embedding(5, 2, {.weights = table}),
      "[Embedding] `weights` have another shape; got (4, 2); expected (input_dim, output_dim) = (5, 2)", ShapeError);
  CHECK_THROWS_AS(Embedding(5, 2, {.dtype = int32}), ValueError);
  CHECK_THROWS_WITH_AS(Embedding(5, 2, {.max_norm = -1}),
                       "[Embedding] max_norm and norm_type must be above 0; got -1 and 2", ValueError);
  CHECK_THROWS_AS(Embedding(5, 2, {.embeddings_initializer = "unifrom"}), ValueError);
  Embedding layer(5, 2), unbuilt(5, 2);
  CHECK_THROWS_AS(layer(Tensor::zeros({1, 1, 1, 1, 1, 1}, int32)), ShapeError);  // the output would have rank 7
  CHECK_THROWS_AS(unbuilt.embeddings().value(), StateError);
}
