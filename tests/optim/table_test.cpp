#include <doctest/doctest.h>

#include <cornu/optim/adam.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/support/keras_configs.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::Optimizer, testing::message_of, testing::view_of;

TEST_CASE("optimizers: what Keras writes is read, and written again") {
  testing::check_round_trips("optimizers",
                             [](const ConfigView& object) { return from_config<Optimizer>(object)->to_config(); });
}

TEST_CASE("optimizers: a name, a class without options, and Keras 2's package") {
  const auto class_of = [](const Config& object) {
    return std::string(from_config<Optimizer>(view_of(object))->class_name());
  };
  CHECK(class_of("adam") == "Adam");
  CHECK(class_of(Config::object({{"class_name", "AdamW"}, {"config", Config::object()}})) == "AdamW");
  CHECK(class_of(Config::object({{"class_name", "Custom>Adam"}, {"config", Config::object()}})) == "Adam");
  Config old = keras_object("keras.optimizers", "RMSprop", {{"jit_compile", true}, {"is_legacy_optimizer", false}});
  ConfigReport report;
  from_config<Optimizer>(view_of(old.set("registered_name", "Custom>RMSprop"), &report));
  CHECK(report.notes.empty());
}

TEST_CASE("optimizers: the learning rate that is written is the present one") {
  optim::SGD sgd({.learning_rate = 0.5});
  sgd.set_learning_rate(0.25);
  CHECK(sgd.to_config()["config"]["learning_rate"].as_double() == 0.25);
}

TEST_CASE("optimizers: a function as learning rate is said, and cannot be read") {
  const Config written = optim::SGD({.learning_rate = [](std::int64_t) { return 0.1; }}).to_config();
  CHECK(unnamed_functions(written, "optimizer") == std::vector<std::string>{"optimizer.config.learning_rate"});
  CHECK(message_of<FileError>([&] {
          from_config<Optimizer>(view_of(written));
        }).starts_with("[load_model] 'm.keras': object.config.learning_rate"));
}

TEST_CASE("optimizers: of Keras's wrapper that scales losses the inner one is taken, with a note") {
  const Config inner = optim::Adam({.learning_rate = 0.5}).to_config();
  const Config wrapper =
      keras_object("keras.optimizers", "LossScaleOptimizer", {{"inner_optimizer", inner}, {"initial_scale", 32768.0}});
  ConfigReport report;
  CHECK(from_config<Optimizer>(view_of(wrapper, &report))->to_config().to_json() == inner.to_json());
  CHECK(report.notes == std::vector<std::string>{"object.config: the losses are not scaled: nothing is computed in "
                                                 "float16"});
}

TEST_CASE("optimizers: a config says where it is refused") {
  const auto error_of = [](const Config& object) {
    return message_of<FileError>([&] { from_config<Optimizer>(view_of(object)); });
  };
  CHECK(error_of(keras_object("keras.optimizers", "Rprop")).find("cornu has no optimizer 'Rprop'") !=
        std::string::npos);
  CHECK(error_of(keras_object("keras.optimizers", "Adam", {{"beta_1", 2}})) ==
        "[load_model] 'm.keras': object.config: [Adam] beta_1 is out of range; got 2; expected 0 or more, below 1");
  CHECK(error_of(keras_object("keras.optimizers", "SGD", {{"learning_rate", "fast"}})) ==
        "[load_model] 'm.keras': object.config.learning_rate: got \"fast\"; expected a number");
  CHECK(error_of(keras_object("keras.optimizers", "SGD", {{"learning_rate", -1}}))
            .starts_with("[load_model] 'm.keras': object.config: [LearningRate]"));
}
