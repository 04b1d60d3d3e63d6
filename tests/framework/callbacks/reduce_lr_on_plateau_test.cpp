#include <cornu/framework/callbacks/reduce_lr_on_plateau.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include <cornu/framework/callbacks/learning_rate_scheduler.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/optim/schedules/cosine_decay.hpp>

#include "tests/support/callback_run.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/fields.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using callbacks::ReduceLROnPlateau, callbacks::ReduceLROnPlateauOptions;
using testing::epochs_with, testing::message_of, testing::one_weight_model, testing::run_epochs;

namespace {

const double not_a_number = std::nan("");

ReduceLROnPlateauOptions options_of(const Tensor& recorded) {
  const auto values = recorded.values<double>();
  return {.monitor = "value",
          .factor = values[0],
          .patience = static_cast<std::int64_t>(values[1]),
          .mode = values[5] == 1 ? "max" : "min",
          .min_delta = values[2],
          .cooldown = static_cast<std::int64_t>(values[3]),
          .min_lr = values[4]};
}

// The rates after each epoch, which are 1 before the first.
std::vector<float> rates_for(const ReduceLROnPlateauOptions& options, const std::vector<double>& values) {
  Sequential model = one_weight_model();
  std::vector<float> rates;
  run_epochs(model, ReduceLROnPlateau(options), epochs_with(values),
             [&] { rates.push_back(static_cast<float>(model.optimizer().learning_rate())); });
  return rates;
}

}  // namespace

TEST_CASE("ReduceLROnPlateau: has Keras's rates and counters after each epoch") {
  const testing::Fixture keras("callbacks");
  int cases = 0;
  for (const std::string& name : keras.names("reduce_lr/")) {
    if (!name.ends_with("/options")) continue;
    const std::string prefix = name.substr(0, name.rfind('/'));
    CAPTURE(prefix);
    Sequential model = one_weight_model();
    const ReduceLROnPlateau reduce(options_of(keras.tensor(name)));
    std::vector<float> rates;
    std::vector<std::int64_t> counters;
    run_epochs(model, reduce, epochs_with(keras.tensor(prefix + "/values").to_vector<double>()), [&] {
      rates.push_back(static_cast<float>(model.optimizer().learning_rate()));
      counters.push_back(reduce.wait());
      counters.push_back(reduce.cooldown_counter());
    });
    CHECK(rates == keras.tensor(prefix + "/rates").to_vector<float>());
    CHECK(counters == keras.tensor(prefix + "/counters").to_vector<std::int64_t>());
    ++cases;
  }
  CHECK(cases == 41);
}

TEST_CASE("ReduceLROnPlateau: a NaN is never the best, also not in the first epoch") {
  const ReduceLROnPlateauOptions options{.monitor = "value", .factor = 0.5, .patience = 2, .mode = "min"};
  CHECK(rates_for(options, {not_a_number, 9, 8, 7, 6}) == std::vector<float>{1, 1, 1, 1, 1});
  CHECK(rates_for(options, {not_a_number, not_a_number, 8, 7, not_a_number}) ==
        std::vector<float>{1, 0.5, 0.5, 0.5, 0.5});
}

TEST_CASE("ReduceLROnPlateau: the history has the rate that an epoch was trained with, in whatever order") {
  const testing::Fixture keras("callbacks");
  const ReduceLROnPlateau plateau({.monitor = "loss", .factor = 0.5, .patience = 1});
  const callbacks::LearningRateScheduler scheduler([](std::int64_t, double rate) { return rate * 0.75; });
  const std::vector<std::pair<std::string, std::vector<cornu::Callback>>> orders{
      {"plateau", {plateau}},
      {"scheduler", {scheduler}},
      {"plateau_scheduler", {plateau, scheduler}},
      {"scheduler_plateau", {scheduler, plateau}}};
  const Tensor x = Tensor::ones({4, 1}), y = Tensor::zeros({4, 1});
  for (const auto& [order_name, order] : orders) {
    const std::string name = order_name;
    CAPTURE(name);
    Sequential model = one_weight_model();
    const History history = model.fit(x, y, {.epochs = 4, .verbose = 0, .callbacks = order});
    const Tensor used = Tensor(history["learning_rate"]).astype(float32);
    CHECK(ops::array_equal(used, keras.tensor("rates/" + name + "/used")));
  }
}

TEST_CASE("ReduceLROnPlateau: the rate is shown, and told to callbacks before it in the list") {
  std::vector<double> told;
  const cornu::Callback listening{
      .on_epoch_end = [&](std::int64_t, const Logs& logs) { told.push_back(logs.at("learning_rate")); }};
  Sequential model = one_weight_model();
  const testing::CapturedLog log({});
  model.fit(Tensor::ones({4, 1}), Tensor::zeros({4, 1}),
            {.epochs = 3,
             .verbose = 2,
             .callbacks = {listening, ReduceLROnPlateau({.monitor = "loss", .factor = 0.5, .patience = 1})}});
  CHECK(told == std::vector<double>{1, 1, 0.5});
  CHECK(log.text().find("learning_rate: 0.5000\n") != std::string::npos);
}

TEST_CASE("ReduceLROnPlateau: says what Keras says, without its blank line") {
  Sequential model = one_weight_model();
  const testing::CapturedLog log({});
  const ReduceLROnPlateau reduce({.monitor = "value", .factor = 0.3, .patience = 1, .verbose = 1, .mode = "min"});
  run_epochs(model, reduce, epochs_with({1, 1, 1}));
  std::string keras = testing::fixture_fields("callbacks_text").at("messages/ReduceLROnPlateau").at(0);
  for (std::size_t blank = keras.find("\nEpoch"); blank != std::string::npos; blank = keras.find("\nEpoch", blank))
    keras.erase(blank, 1);
  CHECK(log.text() == keras);
}

TEST_CASE("ReduceLROnPlateau: its state holds all that it has learnt") {
  const ReduceLROnPlateauOptions options{
      .monitor = "value", .factor = 0.5, .patience = 2, .mode = "min", .cooldown = 3};
  Sequential model = one_weight_model();
  ReduceLROnPlateau learnt(options), goes_on(options);
  run_epochs(model, learnt, epochs_with({2, 1, 1, 1, 1}));
  CHECK(learnt.cooldown_counter() == 2);
  learnt.set_model(model);
  goes_on.set_model(model);
  goes_on.on_train_begin({});
  goes_on.set_state(learnt.state());
  CHECK(goes_on.cooldown_counter() == 2);
  for (const double value : {1.5, 1.5, 1.5}) {
    for (ReduceLROnPlateau* callback : {&learnt, &goes_on}) callback->on_epoch_end(5, {{"value", value}});
    CHECK(goes_on.wait() == learnt.wait());
    CHECK(goes_on.cooldown_counter() == learnt.cooldown_counter());
  }
  CHECK_THROWS_AS(goes_on.set_state({}), ValueError);
  CHECK_THROWS_AS(goes_on.set_state({learnt.state()[0], Tensor({1.f})}), ValueError);
  CHECK_THROWS_AS(goes_on.set_state({Tensor({1.}), learnt.state()[1]}), ValueError);
}

TEST_CASE("ReduceLROnPlateau: what it refuses, and an epoch without the figure") {
  for (const double factor : {1., 2., -0.1, not_a_number})
    CHECK_THROWS_AS(ReduceLROnPlateau({.factor = factor}), ValueError);
  CHECK_THROWS_AS(ReduceLROnPlateau({.patience = -1}), ValueError);
  CHECK_THROWS_AS(ReduceLROnPlateau({.cooldown = -1}), ValueError);
  CHECK_THROWS_AS(ReduceLROnPlateau({.min_lr = -1}), ValueError);
  CHECK_THROWS_AS(ReduceLROnPlateau({.min_lr = 1e300}), ValueError);
  CHECK_THROWS_AS(ReduceLROnPlateau({.min_delta = not_a_number}), ValueError);
  CHECK_THROWS_AS(ReduceLROnPlateau({.mode = "most"}), ValueError);
  CHECK(message_of<ValueError>([] { ReduceLROnPlateau({.factor = 1}); }) ==
        "[ReduceLROnPlateau] factor must be 0 or more, and less than 1; got 1");

  Sequential scheduled = one_weight_model();
  scheduled.compile(optim::SGD({.learning_rate = optim::schedules::CosineDecay(1, 10)}), "mse");
  CHECK_THROWS_AS(scheduled.fit(Tensor::ones({4, 1}), Tensor::zeros({4, 1}),
                                {.verbose = 0, .callbacks = {ReduceLROnPlateau({.monitor = "loss"})}}),
                  StateError);
  CHECK(scheduled.optimizer().iterations() == 0);

  Sequential model = one_weight_model();
  const testing::CapturedLog log({});
  run_epochs(model, ReduceLROnPlateau({.patience = 0}), {{{"loss", 1}}, {}, {}});
  CHECK(model.optimizer().learning_rate() == 1);
  CHECK(log.text() ==
        "ReduceLROnPlateau: there is no figure 'val_loss' (there are: loss), so that epoch does not count\n");
}
