// ModelData, losses, weights and metrics by the names of inputs and outputs.
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <cornu/framework/formats/named_tensors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/saving/compile_from_config.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/merging/subtract.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/framework/model/graph_models.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/keras_configs.hpp"
#include "tests/support/line.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using layers::Dense;
using testing::message_of, testing::numbers, testing::TwoLines;
namespace line = testing::line;

namespace {

const testing::Fixture& keras() {
  static const testing::Fixture fixture("by_name");
  return fixture;
}

// As in make_by_name.py.
Model three_outputs() {
  const auto x = numbers(3, "features"), h = Dense(4, "tanh")(x);
  Model model(
      x, {Dense(1, {.name = "price"})(h), Dense(2, "softmax", {.name = "kind"})(h), Dense(2, {.name = "code"})(h)});
  std::vector<Tensor> weights;
  for (int i = 0; i < 8; ++i) weights.push_back(keras().tensor("weights/" + std::to_string(i)));
  model.set_weights(weights);
  return model;
}

Tensor gap(const Tensor& y_true, const Tensor& y_pred) { return ops::max(ops::abs(y_true - y_pred), {.axis = -1}); }

void check_figures(const std::string& run, const std::string& kind, std::size_t count,
                   const std::function<double(const std::string& key, std::size_t i)>& value) {
  const std::string folder = run + "/" + kind + "/";
  CHECK(keras().names(folder).size() == count);
  for (const std::string& name : keras().names(folder)) {
    INFO(name);
    const Tensor expected = ops::reshape(keras().tensor(name).astype(float64), {-1});
    for (std::int64_t i = 0; i < expected.size(); ++i)
      CHECK(value(name.substr(folder.size()), static_cast<std::size_t>(i)) ==
            doctest::Approx(expected.values<double>()[static_cast<std::size_t>(i)]).epsilon(1e-5));
  }
}

// One run of make_by_name.py, its data by name and in another order.
void check_run(const std::string& run, CompileOptions options) {
  Model model = three_outputs();
  options.optimizer = optim::SGD({.learning_rate = 0.25});
  model.compile(options);
  const ModelData x{{"features", keras().tensor("inputs/features")}};
  const auto by_name = [](const std::string& folder) -> ModelData {
    return {{"code", keras().tensor(folder + "/code")},
            {"price", keras().tensor(folder + "/price")},
            {"kind", keras().tensor(folder + "/kind")}};
  };
  const History history = model.fit(x, by_name("targets"),
                                    {.batch_size = 4,
                                     .epochs = 2,
                                     .verbose = 0,
                                     .validation_data = {x, by_name("targets")},
                                     .shuffle = false,
                                     .sample_weight = by_name("sample_weight")});
  check_figures(run, "history", history.series().size(),
                [&](const std::string& key, std::size_t i) { return history[key][i]; });
  for (std::size_t i = 0; i < 8; ++i)
    CHECK(ops::all_close(model.get_weights()[i], keras().tensor(run + "/trained/" + std::to_string(i)), 1e-5, 1e-6));
  const Logs figures = model.evaluate(x, by_name("targets"), {.batch_size = 4});
  check_figures(run, "evaluate", figures.size(), [&](const std::string& key, std::size_t) { return figures[key]; });
}

std::string compile_config(const Model& model, const char* key) {
  return detail::compile_config_of(model)[key].to_json();
}

}  // namespace

TEST_CASE("by name: losses, weights, metrics and data give Keras's figures and weights, an output without a loss too") {
  check_run("two_losses",
            {.loss = {{"kind", "sparse_categorical_crossentropy"}, {"price", "mse"}, {"code", nullptr}},
             .loss_weights = {{"price", 0.5}, {"kind", 2.0}, {"code", 3.0}},
             .metrics = {{"kind", {"accuracy"}}, {"price", {metrics::Function("gap", gap), "mae"}}, {"code", {"mae"}}},
             .weighted_metrics = {{"price", {"mse"}}}});
  check_run("one_loss",
            {.loss = {{"price", "mse"}, {"kind", nullptr}, {"code", nullptr}}, .metrics = {{"kind", {"accuracy"}}}});
}

TEST_CASE("by name: what is compiled by name is written as Keras writes it, and read so") {
  const std::string loss = R"({"price": "mse", "kind": "sparse_categorical_crossentropy", "code": null})";
  Model model = three_outputs();
  model.compile({.loss = {{"kind", "sparse_categorical_crossentropy"}, {"price", "mse"}, {"code", nullptr}},
                 .loss_weights = {{"price", 0.5}, {"kind", 2.0}, {"code", 3.0}},
                 .metrics = {{"kind", {"accuracy"}}, {"code", {"mae", metrics::Function("gap", gap)}}},
                 .weighted_metrics = {{"price", {"mse"}}}});
  CHECK(compile_config(model, "loss") == loss);
  CHECK(compile_config(model, "loss_weights") == R"({"price": 0.5, "kind": 2.0, "code": 3.0})");
  CHECK(compile_config(model, "metrics") ==
        R"({"kind": ["accuracy"], "code": ["mae", )" + function_object("gap").to_json() + "]}");
  CHECK(compile_config(model, "weighted_metrics") == R"({"price": ["mse"]})");

  model.compile({.loss = {{"price", "mse"}, {"kind", "sparse_categorical_crossentropy"}, {"code", nullptr}},
                 .metrics = {{"kind", {"accuracy"}}}});
  const Config written = Config::object({{"compile_config", detail::compile_config_of(model)}});
  Model again = three_outputs();
  ConfigReport report;
  detail::compile_from_config(again, testing::view_of(written, &report));
  CHECK(compile_config(again, "loss") == loss);
  CHECK(compile_config(again, "metrics") == R"({"kind": ["accuracy"]})");
  const ModelData y{{"price", Tensor::zeros({2, 1})}, {"kind", Tensor({0, 1})}};
  CHECK(again.evaluate(Tensor::ones({2, 3}), y)["loss"] == model.evaluate(Tensor::ones({2, 3}), y)["loss"]);
}

TEST_CASE("by name: a Sequential, which has no names in Keras, is written without") {
  Sequential model{Dense(1, {.name = "out"})};
  model.compile({.loss = {{"out", "mse"}}, .loss_weights = {{"out", 2}}, .metrics = {{"out", {"mae"}}}});
  CHECK(compile_config(model, "loss") == R"("mse")");
  CHECK(compile_config(model, "loss_weights") == "2.0");
  CHECK(compile_config(model, "metrics") == R"(["mae"])");
  CHECK(model.output_names() == std::vector<std::string>{"out"});
  CHECK(model.input_names() == std::vector<std::string>{"x"});
  const Logs figures = model.evaluate({{"x", Tensor::ones({2, 1})}}, {{"out", Tensor::zeros({2, 1})}});
  CHECK(figures.contains("mae"));
  CHECK_THROWS_WITH_AS(model.evaluate({{"features", Tensor::ones({2, 1})}}, Tensor::zeros({2, 1})),
                       "[evaluate] there is no input 'features'; got features; expected x", ValueError);
}

TEST_CASE("by name: all that takes data takes them by name, in any order, and mixed with plain ones") {
  const auto a = numbers(1, "a"), b = numbers(1, "b");
  Model model({a, b}, layers::Subtract()({a, b}));
  model.compile(optim::SGD({.learning_rate = 0}), "mse");
  const Tensor one = Tensor::ones({2, 1}), three = Tensor::full({2, 1}, 3);
  const std::string output = model.output_names().at(0);
  CHECK(model.input_names() == std::vector<std::string>{"a", "b"});
  const Tensor difference = Tensor::full({2, 1}, 2);
  CHECK(ops::array_equal(model.predict({{"b", one}, {"a", three}}), difference));
  CHECK(ops::array_equal(model.predict({{"b", one}, {"a", three}}, {.batch_size = 1}), difference));
  CHECK(ops::array_equal(model.predict(NamedTensors{{"b", one}, {"a", three}}), difference));
  CHECK(ops::array_equal(model.predict_all({{"b", one}, {"a", three}})[0], difference));
  CHECK(ops::array_equal(model.predict_on_batch({{"b", one}, {"a", three}}), difference));
  CHECK(ops::array_equal(model.predict({three, one}), difference));
  const std::vector<NamedItem<Tensor>> from_a_program{{"b", one}, {"a", three}};
  CHECK(model.evaluate(from_a_program, {{output, one}})["loss"] == 1);
  CHECK(model.evaluate({three, one}, one)["loss"] == 1);
  CHECK(model.train_on_batch({{"b", one}, {"a", three}}, one)["loss"] == 1);
  CHECK(model.test_on_batch({{"b", one}, {"a", three}}, {{output, one}}, {.sample_weight = {{output, one}}})["loss"] ==
        1);
  const History history = model.fit({{"b", one}, {"a", three}}, one,
                                    {.verbose = 0, .validation_data = {{{"b", three}, {"a", one}}, {{output, three}}}});
  CHECK(history["loss"].back() == 1);
  CHECK(history["val_loss"].back() == 25);
  const History split = model.fit({{"b", one}, {"a", three}}, one, {.verbose = 0, .validation_split = 0.5});
  CHECK(split["val_loss"].back() == 1);
}

TEST_CASE("by name: a name that there is not, that is missing or given twice is refused") {
  TwoLines lines;
  lines.model.compile("sgd", "mse");
  const Tensor y = lines.zeros[0];
  const auto refused = [&](const ModelData& x, const ModelData& targets, const EvaluateOptions& options = {}) {
    return message_of<ValueError>([&] { lines.model.evaluate(x, targets, options); });
  };
  CHECK(refused({{"X", lines.data}}, lines.zeros) ==
        "[evaluate] there is no input 'X'; got X; expected x; did you mean 'x'?");
  CHECK(refused({{"x", lines.data}, {"x", lines.data}}, lines.zeros) ==
        "[evaluate] input 'x' is given twice; got x, x; expected each once");
  CHECK(refused(lines.data, {{"one", y}}) == "[evaluate] target 'two' is missing; got one; expected one, two");
  CHECK(refused(lines.data, {{"one", y}, {"tow", y}}) ==
        "[evaluate] there is no target 'tow'; got one, tow; expected one, two; did you mean 'two'?");
  CHECK(refused(lines.data, lines.zeros, {.sample_weight = {{"three", y}}}) ==
        "[evaluate, sample_weight] there is no output 'three'; got three; expected one, two");
  CHECK(message_of<ValueError>([&] {
          lines.model.predict_all({{"y", lines.data}});
        }) == "[predict] there is no input 'y'; got y; expected x");
  CHECK(message_of<ValueError>([&] {
          lines.model.fit(lines.data, lines.zeros, {.validation_data = {lines.data, {{"one", y}}}});
        }) == "[fit, validation_data] target 'two' is missing; got one; expected one, two");
  CHECK(message_of<ValueError>([&] {
          lines.model.fit(lines.data, lines.zeros, {.class_weight = {{"ten", {{0, 1.0}}}}});
        }) == "[fit, class_weight] there is no output 'ten'; got ten; expected one, two");
}

TEST_CASE("by name: weights of samples and classes are of the outputs that are named") {
  TwoLines lines;
  lines.model.compile("sgd", "mse");
  const Tensor first({1.f, 0.f});
  const Logs by_sample = lines.model.evaluate(lines.data, lines.zeros, {.sample_weight = {{"two", first}}});
  CHECK(by_sample["one_loss"] == 5);
  CHECK(by_sample["two_loss"] == 2);
  const Tensor labels({{0}, {1}});
  const Tensors y{labels, labels};
  const auto test = [&](const BatchOptions& options) { return lines.model.test_on_batch(lines.data, y, options); };
  const Logs by_class = test({.class_weight = {{"two", {{0, 1.0}, {1, 0.0}}}}});
  CHECK(by_class["one_loss"] == test({})["one_loss"]);
  CHECK(by_class["two_loss"] == test({.sample_weight = {{"two", first}}})["two_loss"]);
  const Logs both = test({.sample_weight = {{"one", first}}, .class_weight = {{"one", {{0, 3.0}}}, {"two", {{1, 2}}}}});
  CHECK(both["one_loss"] == 1.5);
  CHECK(both["two_loss"] == test({.sample_weight = {{"two", Tensor({1.f, 2.f})}}})["two_loss"]);
  const std::map<std::int64_t, double> weights{{1, 0.0}};
  CHECK(test({.class_weight = {{"two", weights}}})["two_loss"] == by_class["two_loss"]);
}

TEST_CASE("by name: class weights of an only output are plain or named") {
  Sequential model = line::model();
  const Tensor labels = Tensor::zeros({21, 1}, int32);
  const auto loss = [&](const ClassWeights& weights) {
    return model.test_on_batch(line::x(), labels, {.class_weight = weights})["loss"];
  };
  CHECK(loss({{0, 2.0}, {1, 3.0}}) == doctest::Approx(2 * loss({})));
  CHECK(loss({{0, 2}}) == doctest::Approx(2 * loss({})));
  CHECK(loss({{1, 2}}) == loss({}));
  CHECK(loss(std::map<std::int64_t, double>{{0, 2}}) == doctest::Approx(2 * loss({})));
  CHECK(loss({{model.output_names()[0], {{0, 2}}}}) == doctest::Approx(2 * loss({})));
}

TEST_CASE("by name: an output without loss and metrics needs no target") {
  Model model = three_outputs();
  model.compile({.loss = {{"price", "mse"}, {"kind", "sparse_categorical_crossentropy"}, {"code", nullptr}}});
  const Tensor x = keras().tensor("inputs/features"), price = keras().tensor("targets/price"),
               kind = keras().tensor("targets/kind");
  const ModelData y{{"kind", kind}, {"price", price}};
  const History history = model.fit({{"features", x}}, y, {.batch_size = 4, .verbose = 0, .validation_split = 0.5});
  CHECK(history.contains("val_kind_loss"));
  CHECK_FALSE(history.contains("code_loss"));
  const Logs weighted = model.evaluate(x, y, {.sample_weight = Tensor::zeros({6})});
  CHECK(weighted["loss"] == 0);
  model.compile({.loss = {nullptr, nullptr, "mse"}});
  CHECK(model.evaluate(x, {{"code", keras().tensor("targets/code")}}, {.sample_weight = Tensor::zeros({6})})["loss"] ==
        0);
  model.compile(
      {.loss = {{"price", "mse"}, {"kind", nullptr}, {"code", nullptr}}, .metrics = {{"kind", {"accuracy"}}}});
  CHECK_THROWS_WITH_AS(model.evaluate(x, {{"price", price}}),
                       "[evaluate] target 'kind' is missing; got price; expected price, kind, code", ValueError);
}

TEST_CASE("validation_data: two tensors, three with weights, or an object") {
  Sequential model = line::model();
  const Tensor x = line::x(), y = line::y();
  const auto loss = [&](const FitOptions& options) {
    Sequential trained = line::model();
    return trained.fit(x, y, options)["val_loss"].back();
  };
  const double expected = loss({.verbose = 0, .validation_data = ValidationData{x, y}});
  const ValidationData data{x, y};
  CHECK(loss({.verbose = 0, .validation_data = {x, y}}) == expected);
  CHECK(loss({.verbose = 0, .validation_data = {{x, y}}}) == expected);
  CHECK(loss({.verbose = 0, .validation_data = {{.x = x, .y = y}}}) == expected);
  CHECK(loss({.verbose = 0, .validation_data = data}) == expected);
  CHECK(loss({.verbose = 0, .validation_data = {{x}, {y}}}) == expected);
  CHECK(loss({.verbose = 0, .validation_data = {x, y, Tensor::zeros({21})}}) == 0);
  FitOptions later{.verbose = 0};
  later.validation_data = {x, y};
  CHECK(loss(later) == expected);
  later.validation_data = ValidationData{x, y, Tensor::zeros({21})};
  CHECK(loss(later) == 0);
  for (const OptionalValidationData& none : {OptionalValidationData(), OptionalValidationData(std::nullopt)})
    CHECK_FALSE(line::model().fit(x, y, {.verbose = 0, .validation_data = none}).contains("val_loss"));
}
