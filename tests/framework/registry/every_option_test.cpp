// Each class that files can name, of each kind but layers: what an option is set to is written and read again.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/class_names.hpp"
#include "tests/support/option_round_trip.hpp"

using namespace cornu;
using testing::check_every_option, testing::keras_objects;

namespace {

template <class Base>
void check_kind(const char* kind, const std::vector<Config>& others = {}, const testing::OneValue& one_value = {}) {
  std::vector<Config> objects = keras_objects(kind);
  objects.insert(objects.end(), others.begin(), others.end());
  std::vector<std::string_view> names = detail::class_names<Base>();
  std::erase(names, "LossScaleOptimizer");  // it makes the optimizer in it
  check_every_option(
      names, objects, [](const ConfigView& object) { return from_config<Base>(object)->to_config(); }, one_value);
}

}  // namespace

TEST_CASE("every option: of initializers") {
  check_kind<initializers::Initializer>(
      "initializers", {keras_object("keras.initializers", "Identity", {{"gain", 2.0}}),
                       keras_object("keras.initializers", "Orthogonal", {{"gain", 2.0}, {"seed", 3}})});
}

TEST_CASE("every option: of regularizers") { check_kind<regularizers::Regularizer>("regularizers"); }
TEST_CASE("every option: of constraints") { check_kind<constraints::Constraint>("constraints"); }

TEST_CASE("every option: of losses") {
  check_kind<losses::Loss>("losses", {keras_object("keras.losses", "SparseCategoricalCrossentropy", {{"axis", 1}}),
                                      keras_object("keras.losses", "CosineSimilarity", {{"axis", 1}}),
                                      keras_object("keras.losses", "Huber", {{"delta", 0.5}})});
}

TEST_CASE("every option: of metrics") {
  // All are computed in double; the counts of IoU are whole numbers or not.
  testing::OneValue dtypes;
  for (const std::string_view name : detail::class_names<metrics::Metric>())
    if (!name.ends_with("IoU")) dtypes.push_back(std::string(name) + ".dtype");
  check_kind<metrics::Metric>(
      "metrics",
      {keras_object("keras.metrics", "CosineSimilarity", {{"axis", 1}}),
       keras_object("keras.metrics", "IoU", {{"num_classes", 4}, {"target_class_ids", Config::list({0})}}),
       keras_object("keras.metrics", "OneHotIoU", {{"num_classes", 4}, {"target_class_ids", Config::list({0})}})},
      dtypes);
}

TEST_CASE("every option: of learning rate schedules") { check_kind<optim::LearningRateSchedule>("schedules"); }
TEST_CASE("every option: of optimizers") { check_kind<optim::Optimizer>("optimizers"); }
