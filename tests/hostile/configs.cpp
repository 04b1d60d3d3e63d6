// config.json: values, names and graphs that cannot be.
#include <fmt/format.h>

#include <utility>

#include "tests/hostile/members.hpp"

namespace cornu::testing {

namespace {

HostileFile changed(std::string kind, std::string_view from, std::string_view to, std::string error) {
  return model_with_config(std::move(kind), replaced(members_of("dense").config, from, to), std::move(error));
}

HostileFile changed_graph(std::string kind, std::string_view from, std::string_view to, std::string error) {
  Members members = members_of("two_outputs");
  members.config = replaced(members.config, from, to);
  return hostile_model(std::move(kind), archive_of(members, true), std::move(error));
}

constexpr const char* input =
    R"({"class_name": "InputLayer", "config": {"batch_shape": [null, 3], "name": "x"}, "name": "x", "inbound_nodes": []})";

std::string activation_of(std::size_t number, const std::string& from) {
  return fmt::format(
      R"({{"module": "keras.layers", "class_name": "Activation", "config": {{"name": "a{0}", "activation": "relu"}}, )"
      R"("name": "a{0}", "inbound_nodes": [{{"args": [{{"class_name": "__keras_tensor__", "config": )"
      R"({{"keras_history": ["{1}", 0, 0]}}}}], "kwargs": {{}}}}]}})",
      number, from);
}

// So many activations, each of which reads the one before it, the last first in the file.
std::string long_chain(std::size_t length) {
  std::string layers;
  for (std::size_t i = length; i-- > 0;) layers += activation_of(i, i == 0 ? "x" : fmt::format("a{}", i - 1)) + ", ";
  return fmt::format(R"({{"class_name": "Functional", "config": {{"name": "f", "layers": [{}{}], )"
                     R"("input_layers": ["x", 0, 0], "output_layers": ["no such layer", 0, 0]}}}})",
                     layers, input);
}

HostileFile changed_lstm(std::string kind, std::string_view units, std::string error) {
  Members members = members_of("lstm_masked");
  members.config = replaced(members.config, R"("units": 2)", units);
  return hostile_model(std::move(kind), archive_of(members, true), std::move(error));
}

std::string nested(std::string inner, const std::string& before, const std::string& behind, int times) {
  for (int i = 0; i < times; ++i) inner = before + inner + behind;
  return inner;
}

std::string many_values(std::size_t count) {
  std::string text = "[";
  for (std::size_t i = 0; i < count; ++i) text += "0,";
  return text + "0]";
}

constexpr const char* code =
    R"({"module": "keras.layers", "class_name": "Lambda", "config": {"function": {"class_name": "__lambda__", )"
    R"("config": {"code": "4wEAAAAAAAAAAAAAAAEAAABDAAAAcwgAAABkAXwAFABTACkC", "defaults": null, "closure": null}}}})";

}  // namespace

std::vector<HostileFile> hostile_configs() {
  const std::string dense = R"("class_name": "Dense")", units = R"("units": 1)", three = "[null, 3]";
  const std::string first_layer = R"("layers": [)", from_x = R"("keras_history": ["x", 0, 0])";
  const std::string model = R"({"class_name": "Sequential", "config": {"layers": [)", model_end = "]}}";
  const std::string cells = R"({"class_name": "StackedRNNCells", "config": {"cells": [)";
  const std::string rnn = R"({"class_name": "RNN", "config": {"cell": )";
  const std::string inner = R"({"class_name": "Activation", "config": {"activation": "no such one"}})";
  return {
      model_with_config("no JSON", "{", "not JSON"),
      model_with_config("another JSON", "[1, 2]", "expected an object"),
      model_with_config("lists nested 100,000 deep", std::string(100'000, '[') + std::string(100'000, ']'),
                        "more than"),
      model_with_config("two million values", many_values(2'000'000), "values allowed"),
      model_with_config("a million values", many_values(1'000'000), "expected an object"),
      model_with_config("a text of 60 MB", '"' + std::string(std::size_t{60} << 20, 'a') + '"', "expected an object"),
      changed("an unknown class", dense, R"("class_name": "Conv9D")", "Conv9D"),
      changed("a class of any Python package", R"("module": "keras.layers", "class_name": "Dense")",
              R"("module": "os", "class_name": "system")", "system"),
      changed("a Lambda with marshalled code", first_layer, fmt::format(R"("layers": [{}, )", code), "Lambda"),
      changed("an unknown activation", R"("activation": "linear")", R"("activation": "subprocess.run")",
              "subprocess.run"),
      changed("negative units", units, R"("units": -1)", "units"),
      changed("units of a text", units, R"("units": "four")", "units"),
      changed("units of a fraction", units, R"("units": 1.5)", "units"),
      changed("10^12 units", units, R"("units": 1000000000000)", "cannot come from this file"),
      changed("2^63 - 1 units", units, R"("units": 9223372036854775807)", "cannot come from this file"),
      changed("an input of 2^63 - 1", three, "[null, 9223372036854775807]", "cannot come from this file"),
      changed("an input of -3", three, "[null, -3]", "-3"),
      changed("an input of 40 axes", three, many_values(40), "rank 6 at most"),
      changed_lstm("an LSTM of 10^12 units", R"("units": 1000000000000)", "cannot come from this file"),
      changed_lstm("an LSTM of 2^63 - 1 units", R"("units": 9223372036854775807)", "larger than any array"),
      changed_graph("a table of 10^12 rows", R"("input_dim": 8)", R"("input_dim": 1000000000000)", "cannot come from"),
      changed_graph("a graph with a circle", from_x, R"("keras_history": ["label", 0, 0])", "without cycles"),
      changed_graph("a layer that reads itself", from_x, R"("keras_history": ["table", 0, 0])", "without cycles"),
      changed_graph("a node that dangles", from_x, R"("keras_history": ["nobody", 0, 0])", "no layer has the name"),
      changed_graph("a call that there is not", from_x, R"("keras_history": ["x", 7, 0])", "expected 0 … 0"),
      changed_graph("an output that there is not", from_x, R"("keras_history": ["x", 0, -1])", "expected 0 … 0"),
      model_with_config("a chain of 20,000 layers, backwards", long_chain(20'000), "no layer has the name"),
      model_with_config("models nested 65 deep", nested("", model, model_end, 65), "nested"),
      model_with_config("cells nested 60 deep", model + rnn + nested(inner, cells, model_end, 60) + "}}" + model_end,
                        "'no such one'")};
}

}  // namespace cornu::testing
