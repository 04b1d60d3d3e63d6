#include <cornu/layers/preprocessing/integer_lookup.hpp>

#include <doctest/doctest.h>

#include <limits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/shared.hpp>

#include "tests/support/check.hpp"
#include "tests/support/fixture.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::IntegerLookup;
using layers::IntegerLookupOptions;

namespace {

using Integers = std::vector<std::int64_t>;

Integers integers(const Tensor& tensor) {
  return {tensor.data<std::int64_t>(), tensor.data<std::int64_t>() + tensor.size()};
}

void check_case(const std::string& name, const IntegerLookupOptions& options) {
  CAPTURE(name);
  const testing::Fixture keras("preprocessing");
  IntegerLookup layer(options);
  if (options.vocabulary.empty()) layer.adapt(keras.tensor("lookup/adapt/0"));
  CHECK(layer.get_vocabulary() == integers(keras.tensor(name + "/vocabulary")));
  const Tensor got = layer(keras.tensor(name + "/input")), expected = keras.tensor(name + "/output");
  CHECK(got.dtype() == expected.dtype());
  if (got.dtype() == float32)
    CHECK(ops::all_close(got, expected));
  else
    CHECK(ops::array_equal(got, expected));
  const Config config = layer_to_config(layer);
  const auto again = layer_from_config(ConfigView(config, "test", "", "config"));
  CHECK(ops::array_equal((*again)(keras.tensor(name + "/input")), got));
  CHECK(layer_to_config(*again).to_json() == config.to_json());
}

}  // namespace

TEST_CASE("IntegerLookup: vocabularies and ids are Keras's, and go through configs") {
  check_case("lookup", {});
  check_case("lookup_mask", {.mask_token = 0});
  check_case("lookup_no_oov", {.num_oov_indices = 0, .vocabulary = {12, 1138, 42}});
  check_case("lookup_oov3", {.num_oov_indices = 3, .mask_token = 0});
  check_case("lookup_farmhash", {.num_oov_indices = 3, .oov_method = "farmhash"});
  check_case("lookup_salt", {.num_oov_indices = 3, .oov_method = "farmhash", .salt = text::Salt(1, 2)});
  check_case("lookup_max", {.max_tokens = 4});
  check_case("lookup_invert", {.mask_token = 0, .vocabulary = {12, 36, 42}, .invert = true});
  check_case("lookup_given", {.vocabulary = {12, 36, 1138, 42}});
  check_case("lookup_given_special", {.mask_token = 0, .vocabulary = {0, -1, 12, 36}});
}

TEST_CASE("IntegerLookup: the other output modes are Keras's") {
  check_case("lookup_one_hot", {.mask_token = 0, .output_mode = "one_hot"});
  check_case("lookup_multi_hot", {.output_mode = "multi_hot"});
  check_case("lookup_count", {.max_tokens = 12, .mask_token = 0, .output_mode = "count", .pad_to_max_tokens = true});
  check_case("lookup_tf_idf", {.mask_token = 0, .output_mode = "tf_idf"});
  check_case("lookup_given_weights", {.vocabulary = {12, 36}, .idf_weights = {0.5, 2}, .output_mode = "tf_idf"});
}

TEST_CASE("IntegerLookup: batches count together, and adapt() forgets what was before") {
  IntegerLookup whole, parts;
  whole.adapt(Tensor({{5, 5}, {7, 9}, {7, 7}}));
  parts.adapt(Tensor({{1, 2}}));
  parts.adapt(std::vector<Tensor>{Tensor({{5, 5}}), Tensor({{7, 9}, {7, 7}})});
  CHECK(parts.get_vocabulary(false) == Integers{7, 5, 9});
  CHECK(whole.get_vocabulary() == parts.get_vocabulary());
  CHECK(whole.vocabulary_size() == 4);
}

TEST_CASE("IntegerLookup: a graph may be made before there is a vocabulary, if the length of the output is known") {
  const auto ids = Input({.shape = {2}, .dtype = int64});
  const auto lookup = layers::shared(IntegerLookup());
  Model model(ids, (*lookup)(ids));
  CHECK_THROWS_AS(model.predict(Tensor({{7, 5}}, int64)), StateError);
  lookup->adapt(Tensor({{5, 5, 7}}));
  CHECK(ops::array_equal(model.predict(Tensor({{7, 5}}, int64)), Tensor({{2, 1}}, int64)));
  CHECK(IntegerLookup({.max_tokens = 5, .output_mode = "count", .pad_to_max_tokens = true})(ids).shape() ==
        Shape{None, 5});
  CHECK_THROWS_AS(IntegerLookup({.output_mode = "count"})(ids), StateError);
}

TEST_CASE("IntegerLookup: keeps a layer's promises") {
  check(check_layer(
      [] {
        return IntegerLookup({.vocabulary = {3, 5}});
      },
      Tensor({{3, 4}, {5, 3}}), {.output_shape = Shape{2, 2}}));
  check(check_layer(
      [] {
        return IntegerLookup({.vocabulary = {3, 5}, .idf_weights = {1, 2}, .output_mode = "tf_idf"});
      },
      Tensor({{3, 4}, {5, 3}}), {.output_shape = Shape{2, 3}}));
}

TEST_CASE("IntegerLookup: an empty batch") {
  CHECK(IntegerLookup({.vocabulary = {3}})(Tensor::zeros({0, 3}, int64)).shape() == Shape{0, 3});
}

TEST_CASE("IntegerLookup: refused") {
  const auto refused = [](const IntegerLookupOptions& options) { CHECK_THROWS_AS(IntegerLookup{options}, ValueError); };
  refused({.max_tokens = 1});
  refused({.num_oov_indices = -1});
  refused({.num_oov_indices = std::numeric_limits<std::int64_t>::max()});
  refused({.oov_method = "hash"});
  refused({.salt = 7});
  refused({.pad_to_max_tokens = true});
  refused({.output_mode = "float"});
  refused({.vocabulary = {1}, .invert = true, .output_mode = "count"});
  refused({.vocabulary = {1, 1}});
  refused({.mask_token = 0, .vocabulary = {1, 0}});
  refused({.vocabulary = {1, -1}, .invert = true});
  refused({.max_tokens = 2, .vocabulary = {1, 2}});
  refused({.vocabulary = {1, 2}, .idf_weights = {1}, .output_mode = "tf_idf"});
  refused({.vocabulary = {1, 2}, .idf_weights = {1, 2}});
  Config object = layer_to_config(IntegerLookup({.vocabulary = {1, 2}}));
  Config config = object["config"];
  object.set("config", config.set("num_oov_indices", 1'000'000'000).set("vocabulary_size", nullptr));
  CHECK_THROWS_AS(layer_from_config(ConfigView(object, "test", "", "config")), FileError);
  IntegerLookup layer;
  CHECK_THROWS_WITH_AS(layer(Tensor({1})),
                       "[IntegerLookup] there is no vocabulary; call adapt() or set_vocabulary() first, or give one",
                       StateError);
  CHECK_THROWS_AS(layer.adapt(Tensor({1.F})), ValueError);
  CHECK_THROWS_AS(layer.adapt(Tensor({-1, -1})), ValueError);
  CHECK_THROWS_AS(layer.set_vocabulary({}), ValueError);
  layer.adapt(Tensor({1, 2}));
  CHECK_THROWS_AS(layer(Tensor({1.F})), ValueError);
  CHECK_THROWS_AS(IntegerLookup({.vocabulary = {1}}).adapt(Tensor({1})), StateError);
  CHECK_THROWS_AS(IntegerLookup({.num_oov_indices = 0, .vocabulary = {1}})(Tensor({2})), ValueError);
}
