#include <doctest/doctest.h>

#include <cornu/framework/rule/learning_rate.hpp>

#include "tests/support/keras_configs.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::LearningRateSchedule, testing::message_of, testing::view_of;

TEST_CASE("schedules: what Keras writes is read, and written again") {
  testing::check_round_trips(
      "schedules", [](const ConfigView& object) { return from_config<LearningRateSchedule>(object)->to_config(); });
}

TEST_CASE("schedules: steps may be whole floats") {
  const Config written =
      keras_object("keras.optimizers.schedules", "CosineDecay", {{"initial_learning_rate", 1}, {"decay_steps", 10.0}});
  CHECK((*from_config<LearningRateSchedule>(view_of(written)))(10) == 0);
}

TEST_CASE("schedules: a config says where it is refused") {
  const auto error_of = [](const Config& object) {
    return message_of<FileError>([&] { from_config<LearningRateSchedule>(view_of(object)); });
  };
  const auto cosine = [](const Config& steps) {
    return keras_object("keras.optimizers.schedules", "CosineDecay",
                        {{"initial_learning_rate", 1.0}, {"decay_steps", steps}});
  };
  CHECK(error_of(cosine(2.5)) ==
        "[load_model] 'm.keras': object.config.decay_steps: got 2.5; expected a whole number of steps");
  CHECK(error_of(cosine(1e300)).ends_with("expected a whole number of steps"));
  CHECK(error_of(cosine(0)).starts_with("[load_model] 'm.keras': object.config: [CosineDecay]"));
  CHECK(error_of(keras_object("keras.optimizers.schedules", "CosineDecay")) ==
        "[load_model] 'm.keras': object.config: no 'initial_learning_rate'; got no key");
  CHECK(error_of(keras_object("keras.optimizers.schedules", "WarmUp")).find("schedule 'WarmUp'") != std::string::npos);
  CHECK(error_of("CosineDecay").find("unknown learning rate schedule") != std::string::npos);
}
