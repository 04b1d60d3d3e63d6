#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>

#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/saving/check_saved_layer.hpp>

#include "tests/support/class_names.hpp"
#include "tests/support/layer_examples.hpp"
#include "tests/support/option_round_trip.hpp"

using namespace cornu;
using testing::layer_examples, testing::LayerExample;

TEST_CASE("every layer: has an example here once files can name it") {
  const auto examples = layer_examples();
  for (const std::string_view name : detail::class_names<LayerBase>()) {
    if (name == "InputLayer") continue;  // begins the model of each example
    CAPTURE(name);
    CHECK(
        std::any_of(examples.begin(), examples.end(), [&](const LayerExample& one) { return one.class_name == name; }));
  }
}

TEST_CASE("every layer: keeps a layer's promises") {
  for (const LayerExample& example : layer_examples()) {
    const LayerReport report = check_layer(example.make, example.inputs);
    CHECK_MESSAGE(report.ok(), fmt::format("{}: {}", example.class_name, report.text()));
  }
}

TEST_CASE("every layer: comes back from a file as it was") {
  for (const LayerExample& example : layer_examples()) {
    const LayerReport report = check_saved_layer(example.make, example.inputs);
    CHECK_MESSAGE(report.ok(), fmt::format("{}: {}", example.class_name, report.text()));
    CHECK(report.checked == 7);
  }
}

namespace {

// An IntegerLookup's vocabulary_size follows from its vocabulary.
Config without_size(Config object) {
  Config config = Config::object();
  for (const auto& [name, value] : object["config"].as_object())
    if (name != "vocabulary_size") config.set(name, value);
  return object.set("config", std::move(config));
}

}  // namespace

TEST_CASE("every layer: what an option is set to is written and read again") {
  std::vector<Config> objects = testing::keras_objects("layers");
  for (const LayerExample& example : layer_examples()) objects.push_back(layer_to_config(*example.make()));
  testing::check_every_option(
      detail::class_names<LayerBase>(), objects,
      [](const ConfigView& object) { return without_size(layer_to_config(*layer_from_config(object))); },
      {"quantization_config", "sparse", "ragged", "optional", "Hashing.output_mode", "Hashing.dtype", "RNN.dtype",
       "StackedRNNCells.dtype", "Bidirectional.dtype", "synchronized", "renorm", "renorm_clipping", "renorm_momentum",
       "arguments", "vocabulary_dtype", "IntegerLookup.dtype", "TimeDistributed.dtype"});
}
