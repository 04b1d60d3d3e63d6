#include <cornu/framework/callbacks/learning_rate_scheduler.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include <cornu/optim/schedules/cosine_decay.hpp>

#include "tests/support/callback_run.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/fields.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using callbacks::LearningRateScheduler;
using testing::message_of, testing::one_weight_model, testing::run_epochs;

namespace {

History fitted(Sequential& model, const LearningRateScheduler& scheduler, std::int64_t first_epoch = 0) {
  return model.fit(Tensor::ones({4, 1}), Tensor::zeros({4, 1}),
                   {.epochs = 4, .verbose = 0, .callbacks = {scheduler}, .initial_epoch = first_epoch});
}

}  // namespace

TEST_CASE("LearningRateScheduler: the rate of each epoch is the schedule's, of its number and the rate before") {
  Sequential model = one_weight_model();
  std::vector<std::int64_t> epochs;
  std::vector<double> before;
  const History history = fitted(model, LearningRateScheduler([&](std::int64_t epoch, double rate) {
                                   epochs.push_back(epoch);
                                   before.push_back(rate);
                                   return 1. / static_cast<double>(1 << epoch);
                                 }),
                                 1);
  CHECK(epochs == std::vector<std::int64_t>{1, 2, 3});
  CHECK(before == std::vector<double>{1, 0.5, 0.25});
  CHECK(history["learning_rate"] == std::vector<double>{0.5, 0.25, 0.125});
  CHECK(model.optimizer().learning_rate() == 0.125);
}

TEST_CASE("LearningRateScheduler: says what Keras says, without its blank line") {
  Sequential model = one_weight_model();
  const testing::CapturedLog log({});
  const LearningRateScheduler scheduler([](std::int64_t epoch, double) { return epoch == 0 ? 1.0 : 1e-5; },
                                        {.verbose = 1});
  run_epochs(model, scheduler, {{}, {}});
  std::string keras = testing::fixture_fields("callbacks_text").at("messages/LearningRateScheduler").at(0);
  for (std::size_t blank = keras.find("\nEpoch"); blank != std::string::npos; blank = keras.find("\nEpoch", blank))
    keras.erase(blank, 1);
  CHECK(log.text() == keras);
}

TEST_CASE("LearningRateScheduler: what it refuses, and a rate of 0") {
  CHECK_THROWS_AS(LearningRateScheduler({}), ValueError);
  for (const double rate : {-1., std::nan(""), HUGE_VAL, 1e300}) {
    Sequential model = one_weight_model();
    CHECK_THROWS_AS(fitted(model, LearningRateScheduler([&](std::int64_t, double) { return rate; })), ValueError);
    CHECK(model.optimizer().learning_rate() == 1);
  }
  Sequential model = one_weight_model();
  const auto negative = [](std::int64_t epoch, double) { return epoch < 2 ? 1. : -1.; };
  CHECK(message_of<ValueError>([&] { fitted(model, LearningRateScheduler(negative)); }) ==
        "[LearningRateScheduler] the schedule gives no learning rate for epoch 2; got -1; expected a finite number "
        "from 0 on");
  CHECK(fitted(model, LearningRateScheduler([](std::int64_t, double) { return 0.; }))["learning_rate"].back() == 0);

  model.compile(optim::SGD({.learning_rate = optim::schedules::CosineDecay(1, 10)}), "mse");
  CHECK(
      message_of<StateError>([&] {
        fitted(model, LearningRateScheduler([](std::int64_t, double rate) { return rate; }));
      }).starts_with("[LearningRateScheduler] the optimizer has a schedule, so its learning rate cannot be set; got "));
}
