#include <cornu/framework/callbacks/early_stopping.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <cornu/framework/metrics/accuracy.hpp>
#include <cornu/framework/metrics/of_losses.hpp>

#include "tests/support/callback_run.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/fields.hpp"
#include "tests/support/line.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using callbacks::EarlyStopping, callbacks::EarlyStoppingOptions;
using testing::epochs_with, testing::message_of, testing::one_weight_model, testing::run_epochs, testing::weight_of;

namespace {

const double not_a_number = std::nan("");

EarlyStoppingOptions options_of(const Tensor& recorded) {
  const auto values = recorded.values<double>();
  EarlyStoppingOptions options{.monitor = "value",
                               .min_delta = values[1],
                               .patience = static_cast<std::int64_t>(values[0]),
                               .mode = values[4] == 1 ? "max" : "min",
                               .restore_best_weights = true,
                               .start_from_epoch = static_cast<std::int64_t>(values[3])};
  if (!std::isnan(values[2])) options.baseline = values[2];
  return options;
}

}  // namespace

TEST_CASE("EarlyStopping: stops in Keras's epoch, with its best epoch and its weights") {
  const testing::Fixture keras("callbacks");
  int cases = 0;
  for (const std::string& name : keras.names("early_stopping/")) {
    if (!name.ends_with("/options")) continue;
    const std::string prefix = name.substr(0, name.rfind('/'));
    CAPTURE(prefix);
    Sequential model = one_weight_model();
    const EarlyStopping early(options_of(keras.tensor(name)));
    const std::int64_t epochs =
        run_epochs(model, early, epochs_with(keras.tensor(prefix + "/values").to_vector<double>()));
    const std::vector<std::int64_t> result{epochs, early.stopped_epoch(), early.best_epoch(), early.wait(),
                                           static_cast<std::int64_t>(weight_of(model))};
    CHECK(result == keras.tensor(prefix + "/result").to_vector<std::int64_t>());
    ++cases;
  }
  CHECK(cases == 55);
}

TEST_CASE("EarlyStopping: a NaN is never the best, also not in the first epoch") {
  Sequential model = one_weight_model();
  const EarlyStopping early({.monitor = "value", .patience = 3, .mode = "min", .restore_best_weights = true});
  CHECK(run_epochs(model, early, epochs_with({not_a_number, 9, 8, not_a_number, 7, 6, 6.5})) == 7);
  CHECK(early.stopped_epoch() == 0);
  CHECK(early.best_epoch() == 5);
  CHECK(early.best() == 6);
  CHECK(weight_of(model) == 5);
}

TEST_CASE("EarlyStopping: without a value the training stops, and the weights stay as they are") {
  Sequential model = one_weight_model();
  const EarlyStopping early({.monitor = "value", .patience = 2, .mode = "min", .restore_best_weights = true});
  CHECK(run_epochs(model, early, epochs_with({not_a_number, not_a_number, not_a_number})) == 2);
  CHECK_FALSE(early.best());
  CHECK(weight_of(model) == 1);
}

TEST_CASE("EarlyStopping: without restore_best_weights the last weights remain") {
  Sequential model = one_weight_model();
  const EarlyStopping early({.monitor = "value", .patience = 1, .mode = "min"});
  run_epochs(model, early, epochs_with({1, 2, 3}));
  CHECK(early.best_epoch() == 0);
  CHECK(weight_of(model) == 1);
}

TEST_CASE("EarlyStopping: an epoch without the figure does not count, and is said if it is the first") {
  Sequential model = one_weight_model();
  const EarlyStopping early({.monitor = "value", .patience = 2, .mode = "min"});
  testing::CapturedLog log({});
  CHECK(run_epochs(model, early, {{{"loss", 1}, {"mae", 1}}, {{"value", 1}}, {}, {{"value", 2}}, {}, {{"value", 2}}}) ==
        6);
  CHECK(early.stopped_epoch() == 5);
  CHECK(log.text() ==
        "EarlyStopping: there is no figure 'value' (there are: loss, mae), so that epoch does not count\n");
  log.take();
  run_epochs(model, EarlyStopping({.monitor = "value", .mode = "min"}), {{{"value", 1}}, {}});
  CHECK(log.text().empty());
}

TEST_CASE("EarlyStopping: says what Keras says") {
  Sequential model = one_weight_model();
  const testing::CapturedLog log({});
  const EarlyStopping early(
      {.monitor = "value", .patience = 1, .verbose = 1, .mode = "min", .restore_best_weights = true});
  run_epochs(model, early, epochs_with({3, 1, 2}));
  CHECK(log.text() == testing::fixture_fields("callbacks_text").at("messages/EarlyStopping").at(0));
}

TEST_CASE("EarlyStopping: in fit, the epoch with the best figure remains, and the next fit begins afresh") {
  Sequential model = testing::line::model();
  const EarlyStopping early({.patience = 4, .restore_best_weights = true});
  const FitOptions options{.batch_size = 4,
                           .epochs = 60,
                           .verbose = 0,
                           .callbacks = {early},
                           .validation_data = ValidationData{testing::line::x(), testing::line::y()}};
  const History history = model.fit(testing::line::x(), testing::line::y(), options);
  const std::vector<double>& losses = history["val_loss"];
  const auto best = std::min_element(losses.begin(), losses.end());
  CHECK(early.best_epoch() == best - losses.begin());
  CHECK(model.evaluate(testing::line::x(), testing::line::y())["loss"] == doctest::Approx(*best));
  CHECK(early.stopped_epoch() == early.best_epoch() + 4);
  CHECK(early.stopped_epoch() + 1 == static_cast<std::int64_t>(history.epoch().size()));
  const std::int64_t epochs = early.stopped_epoch() + 1;
  CHECK(epochs < 60);
  FitOptions again = options;
  again.epochs = 1;
  model.fit(testing::line::x(), testing::line::y(), again);
  CHECK(early.stopped_epoch() == 0);
  CHECK(early.best_epoch() == 0);
}

TEST_CASE("EarlyStopping: mode auto asks the metric that has the figure's name") {
  struct Distance final : metrics::Metric {
    explicit Distance(bool more) : Metric("score"), is_more(more) {}
    void update_state(const Tensor&, const Tensor&, const Tensor&) override {}
    double result() const override { return 0; }
    void reset_state() override {}
    std::optional<bool> more_is_better() const override { return is_more; }
    bool is_more;
  };
  const auto best_epoch = [](const MetricList& metrics) {
    Sequential model = one_weight_model(metrics);
    const EarlyStopping early({.monitor = "val_score", .patience = 9});
    run_epochs(model, early, {{{"val_score", 1}}, {{"val_score", 2}}, {{"val_score", 0}}});
    return early.best_epoch();
  };
  CHECK(best_epoch({Distance(true)}) == 1);
  CHECK(best_epoch({Distance(false)}) == 2);
  metrics::MeanSquaredError error;
  error.set_name("score");
  CHECK(best_epoch({error}) == 2);
  metrics::BinaryAccuracy accuracy({.name = "score"});
  CHECK(best_epoch({accuracy}) == 1);
}

TEST_CASE("EarlyStopping: its state holds all that it has learnt") {
  const std::vector<Logs> epochs = epochs_with({3, 1, 2, 2, 2, 2});
  const EarlyStoppingOptions options{.monitor = "value", .patience = 3, .mode = "min", .restore_best_weights = true};
  Sequential first = one_weight_model(), second = one_weight_model();
  EarlyStopping learnt(options), goes_on(options);
  run_epochs(first, learnt, {epochs.begin(), epochs.begin() + 3});
  goes_on.set_model(second);
  goes_on.on_train_begin({});
  goes_on.set_state(learnt.state());
  CHECK(goes_on.wait() == 1);
  CHECK(goes_on.best() == 1);
  for (std::int64_t epoch = 3; epoch < 5; ++epoch) {
    CHECK_FALSE(second.is_stopped());
    goes_on.on_epoch_end(epoch, epochs[static_cast<std::size_t>(epoch)]);
  }
  CHECK(second.is_stopped());
  goes_on.on_train_end({});
  CHECK(goes_on.stopped_epoch() == 4);
  CHECK(weight_of(second) == 1);
}

TEST_CASE("EarlyStopping: refuses a state that is not its own, and keeps what it has") {
  Sequential model = one_weight_model();
  EarlyStopping early({.monitor = "value", .patience = 1, .mode = "min", .restore_best_weights = true});
  run_epochs(model, early, epochs_with({3, 1}));
  early.set_model(model);
  const std::vector<Tensor> good = early.state();
  const auto refuses = [&](std::size_t part, const Tensor& tensor) {
    std::vector<Tensor> state = good;
    state[part] = tensor;
    CHECK_THROWS_AS(early.set_state(state), ValueError);
    CHECK(early.best() == 1);
  };
  using Counters = std::vector<std::int64_t>;
  refuses(0, Tensor(Counters{1, 2}));
  refuses(0, Tensor(Counters{1, -2, 3}));
  refuses(0, Tensor(Counters{std::numeric_limits<std::int64_t>::max(), 2, 3}));
  refuses(0, Tensor({1., 2., 3.}));
  refuses(1, Tensor({1., 2.}));
  refuses(1, Tensor({1.f}));
  refuses(1, Tensor(std::vector<double>()));  // no best value, but weights
  refuses(2, Tensor::zeros({2, 1}));
  CHECK_THROWS_AS(early.set_state({}), ValueError);
  CHECK_THROWS_AS(early.set_state({good[0], good[1]}), ValueError);
  CHECK_NOTHROW(early.set_state(good));
  EarlyStopping without({.monitor = "value", .mode = "min"});
  without.set_model(model);
  CHECK_THROWS_AS(without.set_state(good), ValueError);
}

TEST_CASE("EarlyStopping: what it refuses, and no epoch at all") {
  CHECK_THROWS_AS(EarlyStopping({.mode = "most"}), ValueError);
  CHECK_THROWS_AS(EarlyStopping({.patience = -1}), ValueError);
  CHECK_THROWS_AS(EarlyStopping({.start_from_epoch = -1}), ValueError);
  CHECK_THROWS_AS(EarlyStopping({.min_delta = not_a_number}), ValueError);
  CHECK_THROWS_AS(EarlyStopping({.min_delta = std::numeric_limits<double>::infinity()}), ValueError);
  CHECK_THROWS_AS(EarlyStopping({.baseline = not_a_number}), ValueError);
  CHECK(message_of<ValueError>([] { EarlyStopping({.patience = -1}); }) ==
        "[EarlyStopping] patience must be 0 or more epochs; got -1");
  Sequential model = one_weight_model();
  CHECK(message_of<ValueError>([&] { run_epochs(model, EarlyStopping({.monitor = "value"}), {}); })
            .starts_with(
                "[EarlyStopping] it is not known whether more is better; got monitor 'value'; expected a figure "));
  const EarlyStopping early({.restore_best_weights = true});
  CHECK(run_epochs(model, early, {}) == 0);
  CHECK(early.stopped_epoch() == 0);
}
