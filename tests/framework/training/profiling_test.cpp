// fit(x, y, {.profile = true}), with a clock that tests turn on.
#include <cornu/framework/training/profiling.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/layer/input_layer.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/optimizer/optimizer.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/merging/add.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/layers/recurrent/bidirectional.hpp>
#include <cornu/layers/recurrent/gru.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/recurrent/rnn.hpp>
#include <cornu/layers/recurrent/stacked_rnn_cells.hpp>
#include <cornu/layers/recurrent/time_distributed.hpp>
#include <cornu/layers/shared.hpp>
#include <cornu/optim/adam.hpp>

#include "tests/support/captured_log.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/line.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using detail::Profiler;
using layers::Dense;
using testing::CapturedLog, testing::FakeClock;
namespace line = testing::line;

namespace {

// x · w, which takes so many milliseconds forward, backward and for the update of w.
class Slow final : public Layer<Slow> {
 public:
  struct Milliseconds {
    std::int64_t forward = 0, backward = 0, update = 0;
  };
  explicit Slow(Milliseconds times) : times_(times) {}

  void build(const Shape&) override {
    const auto constraint = [update = times_.update](const Tensor& w) {
      FakeClock::pass(update);
      return w;
    };
    w_ = add_weight({.name = "w", .shape = {1}, .initializer = "ones", .constraint = constraint});
  }

  Tensor call(const Tensor& x) override {
    if (!x.is_symbolic()) FakeClock::pass(times_.forward);
    const Tensor y = x * w_;
    return custom_gradient({y}, y, [backward = times_.backward](const Tensor& d_y) {
      FakeClock::pass(backward);
      return std::vector<Tensor>{d_y};
    });
  }

 private:
  Milliseconds times_;
  Variable w_;
};

// Two layers within one, and work of its own.
class Block final : public Layer<Block> {
 public:
  Tensor call(const Tensor& x) override {
    if (!x.is_symbolic()) FakeClock::pass(100);
    return (*second_)((*first_)(x));
  }

 private:
  std::shared_ptr<Slow> first_ = track("first", Slow({.forward = 10, .backward = 20, .update = 30}));
  std::shared_ptr<Slow> second_ = track("second", Slow({.forward = 1, .backward = 2, .update = 3}));
};

Tensor slow_loss(const Tensor& y_true, const Tensor& y_pred) {
  FakeClock::pass(4);
  return ops::mean(ops::square(y_true - y_pred));
}

// An update that takes so long for each variable, and for all at once.
struct SlowRule final : optim::ElementwiseOptimizer<SlowRule> {
  SlowRule() : ElementwiseOptimizer("SlowRule", "slow_rule", {.gradient_accumulation_steps = 2}, {}) {}
  std::string_view class_name() const override { return "SlowRule"; }
  void begin(const optim::Step&) override { FakeClock::pass(1); }
  template <class T>
  void update_elements(const optim::Elements<T>&) const {
    FakeClock::pass(6);
  }
};

// 21 samples of one number make six steps of four, the last one of a single sample.
constexpr std::int64_t batch_size = 4;
const Tensor& data() {
  static const Tensor tensor = line::y();
  return tensor;
}

History profiled(Model& model, FitOptions options = {}) {
  options.batch_size = batch_size;
  options.verbose = 0;
  options.profile = true;
  return model.fit(data(), data(), options);
}

std::vector<std::string> paths(const StepProfile& profile) {
  std::vector<std::string> all;
  for (const StepProfile::Layer& layer : profile.layers) all.push_back(layer.path);
  return all;
}

using Paths = std::vector<std::string>;

// Trains on steps of so many features, or ids, with a clock on which each look takes a millisecond.
StepProfile ticking(Model& model, const Tensor& x, const Tensor& y) {
  const FakeClock clock(1);
  model.compile("sgd", "mse");
  return model.fit(x, y, {.batch_size = 2, .verbose = 0, .profile = true}).profile();
}

Tensor sequences() { return random::normal({10, 3, 2}); }
Tensor targets() { return random::normal({10, 1}); }

}  // namespace

// ── what is counted where ───────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("fit, profile: shows each layer's part of a step, loss and callbacks, when the training is done") {
  const FakeClock clock;
  const CapturedLog shown({});
  Sequential model{Slow({.forward = 1, .backward = 2, .update = 3}), Slow({.forward = 10, .backward = 30})};
  model.compile("sgd", slow_loss);
  const Callback slow{.on_train_end = [](const Logs&) { log("end\n"); },
                      .on_train_batch_begin = [](std::int64_t, const Logs&) { FakeClock::pass(20); },
                      .on_train_batch_end = [](std::int64_t, const Logs&) { FakeClock::pass(10); }};
  model.fit(data(), data(),
            {.batch_size = batch_size, .epochs = 2, .verbose = 2, .callbacks = {slow}, .profile = true});
  CHECK(shown.text().substr(shown.text().find("end\n")) ==
        "end\n"
        "Milliseconds of a training step, means of 10 (the first two are left out)\n"
        "                         forward  backward    update     total   share\n"
        "──────────────────────────────────────────────────────────────────────\n"
        "slow                       1.000     2.000     3.000     6.000   7.5 %\n"
        "slow_1                    10.000    30.000              40.000  50.0 %\n"
        "the model itself                                                 0.0 %\n"
        "loss and metrics           4.000                         4.000   5.0 %\n"
        "rest (data, callbacks)                                  30.000  37.5 %\n"
        "──────────────────────────────────────────────────────────────────────\n"
        "step                      15.000    32.000     3.000    80.000 100.0 %\n");
}

TEST_CASE("fit, profile: layers within layers have rows of their own, and the outer one its rest") {
  const FakeClock clock;
  Sequential inner{Block(), Slow({.forward = 1000})}, model{std::move(inner), Slow({.backward = 200})};
  model.compile("sgd", "mse");
  const StepProfile profile = profiled(model).profile();
  CHECK(profile.steps == 4);
  CHECK(paths(profile) == Paths{"sequential", "sequential/block", "sequential/block/first", "sequential/block/second",
                                "sequential/slow", "slow"});
  CHECK(profile["sequential"].total() == 0);
  CHECK(profile["sequential/block"].forward == 100);
  CHECK(profile["sequential/block"].total() == 100);
  const StepTime& first = profile["sequential/block/first"];
  CHECK(first.forward == 10);
  CHECK(first.backward == 20);
  CHECK(first.update == 30);
  CHECK(profile["sequential/block/second"].total() == 6);
  CHECK(profile["sequential/slow"].forward == 1000);
  CHECK(profile["slow"].backward == 200);
  CHECK(profile.step().total() == 1366);
}

TEST_CASE("fit, profile: all calls of a shared layer are in its row, which stands where it is met first") {
  const FakeClock clock;
  const auto shared = layers::shared(Slow({.forward = 1, .backward = 2, .update = 3}));
  const auto x = Input({.shape = {1}});
  const auto inside = Input({.shape = {1}});
  const auto nested = layers::shared(Model(inside, (*shared)(inside), {.name = "nested"}));
  Model model(x, Dense(1)(layers::Add()({(*shared)(x), (*nested)((*shared)(x))})));
  model.compile("sgd", "mse");
  const StepProfile profile = profiled(model).profile();
  CHECK(paths(profile) == Paths{"slow", "nested", "add", "dense"});
  CHECK(profile["slow"].forward == 3);
  CHECK(profile["slow"].backward == 6);
  CHECK(profile["slow"].update == 3);
  CHECK(profile["nested"].total() == 0);
}

TEST_CASE("fit, profile: what a model of one's own does between its layers is the model's") {
  const FakeClock clock;
  struct Own final : Layer<Own, Model> {
    Tensor call(const Tensor& x, const CallContext&) override {
      if (!x.is_symbolic()) FakeClock::pass(7);
      return (*slow)(x);
    }
    using Layer<Own, Model>::call;
    std::shared_ptr<Slow> slow = track("slow", Slow({.forward = 1}));
  };
  Own model;
  model.compile("sgd", "mse");
  const StepProfile profile = profiled(model).profile();
  CHECK(paths(profile) == Paths{"slow"});
  CHECK(profile.model.forward == 7);
  CHECK(profile["slow"].forward == 1);
}

TEST_CASE("fit, profile: recurrent layers have a row with the weights of their cells") {
  random::set_seed(1);
  Sequential lstm{layers::LSTM(2), Dense(1)};
  const StepProfile profile = ticking(lstm, sequences(), targets());
  CHECK(paths(profile) == Paths{"lstm", "dense"});
  for (const char* layer : {"lstm", "dense"})
    for (const double time : {profile[layer].forward, profile[layer].backward, profile[layer].update}) CHECK(time > 0);

  Sequential stacked{layers::RNN(layers::StackedRNNCells(layers::LSTMCell(2), layers::GRUCell(2))), Dense(1)};
  CHECK(paths(ticking(stacked, sequences(), targets())) == Paths{"rnn", "dense"});
}

TEST_CASE("fit, profile: wrappers and what they wrap have rows") {
  random::set_seed(1);
  Sequential model{layers::TimeDistributed(Dense(2)), layers::Bidirectional(layers::GRU(2)), Dense(1)};
  const StepProfile profile = ticking(model, sequences(), targets());
  CHECK(paths(profile) == Paths{"time_distributed", "time_distributed/dense", "bidirectional",
                                "bidirectional/forward_gru", "bidirectional/backward_gru", "dense"});
  for (const StepProfile::Layer& layer : profile.layers) {
    CAPTURE(layer.path);
    const bool has_weights = layer.path != "time_distributed" && layer.path != "bidirectional";
    CHECK(layer.time.forward > 0);
    CHECK(layer.time.backward > 0);
    CHECK((layer.time.update > 0) == has_weights);
  }
}

TEST_CASE("fit, profile: with gradient accumulation each batch counts, also one without an update") {
  const FakeClock clock;
  Sequential model{Slow({})};
  model.compile(SlowRule(), "mse");
  const StepProfile profile = profiled(model).profile();
  CHECK(profile["slow"].update == 3);
  CHECK(profile.rest.update == 0.5);
}

TEST_CASE("fit, profile: regularizers of weights are in the row of the loss") {
  const FakeClock clock;
  const auto slow = [](const Tensor& w) {
    FakeClock::pass(5);
    return ops::sum(w);
  };
  Sequential model{Dense(1, {.kernel_regularizer = slow})};
  model.compile("sgd", "mse");
  const StepProfile profile = profiled(model).profile();
  CHECK(profile.loss.forward == 5);
  CHECK(profile["dense"].total() == 0);
}

TEST_CASE("fit, profile: updates that rows of a table still lack count to the table's layer when they are made") {
  const FakeClock clock(1);
  random::set_seed(1);
  layers::Embedding embedding(4, 16);
  embedding.ensure_built(Shape{None, 1});
  const Variable table = embedding.weights()[0];
  optim::Adam optimizer;
  const auto update_row = [&](std::int32_t id) {
    optimizer.apply({{Rows(Tensor({id}), Tensor::ones({1, 16}), table.shape()), table}});
  };
  update_row(0);
  update_row(1);
  Profiler profiler;
  const auto owner = profiler.add(&embedding, embedding.own_weights());
  profiler.start();
  {
    const detail::ProfilerScope scope(&profiler);
    const GradientTape tape;
    const Tensor row = embedding(Tensor({0}).with_shape({1, 1}));
  }
  CHECK(profiler.times_of(owner).of(Profiler::Work::update) > 0);
  CHECK(profiler.times_of(owner).of(Profiler::Work::forward) > 0);
}

// ── what it leaves alone ────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("fit, profile: changes no number") {
  random::set_seed(3);
  const Tensor ids = random::randint({21, 5}, 0, 50);
  const auto trained = [&](bool profile) {
    random::set_seed(4);
    Sequential model{layers::Embedding(50, 4), layers::GlobalAveragePooling1D(), Dense(1)};
    model.compile("adam", "mse", {"mae"});
    model.fit(ids, data(), {.batch_size = 4, .epochs = 3, .verbose = 0, .profile = profile});
    return model.get_weights();
  };
  CHECK(line::same(trained(true), trained(false)));
}

TEST_CASE("fit, profile: layers that callbacks call, and validation, are no part of the layers' time") {
  const FakeClock clock;
  Sequential model{Slow({.forward = 1})};
  model.compile("sgd", "mse");
  const Callback calling{.on_train_batch_end = [&](std::int64_t, const Logs&) {
    CHECK(Profiler::running() == nullptr);
    model.predict_on_batch(data());
  }};
  const StepProfile profile = profiled(model, {.callbacks = {calling}, .validation_data = {data(), data()}}).profile();
  CHECK(profile["slow"].total() == 1);
  CHECK(profile.rest.other == 1);
  CHECK(profile.step().total() == 2);
}

TEST_CASE("fit, profile: a fit() within that of another model has a profile of its own") {
  const FakeClock clock;
  Sequential inner{Slow({.forward = 5})}, outer{Slow({.forward = 1})};
  inner.compile("sgd", "mse");
  outer.compile("sgd", "mse");
  const Callback fitting{.on_train_batch_end = [&](std::int64_t, const Logs&) {
    CHECK(profiled(inner).profile()["slow"].forward == 5);
    inner.train_on_batch(data(), data());
  }};
  CHECK(profiled(outer, {.callbacks = {fitting}}).profile()["slow"].total() == 1);
}

TEST_CASE("fit, profile: nothing is shown with verbose 0, and nothing is measured unless it is wanted") {
  const CapturedLog shown({});
  Sequential model{Dense(1)};
  model.compile("sgd", "mse");
  CHECK(profiled(model).profile().steps == 4);
  CHECK(shown.text().empty());
  struct Asking final : Layer<Asking> {
    Tensor call(const Tensor& x) override {
      CHECK(Profiler::running() == nullptr);
      return x;
    }
  };
  model.add(Asking());
  const History history = model.fit(data(), data(), {.batch_size = batch_size});
  CHECK(shown.text().find("Milliseconds") == std::string::npos);
  CHECK_THROWS_AS(history.profile(), StateError);
}

TEST_CASE("fit, profile: two steps are not measured, and the text says so") {
  const CapturedLog shown({});
  Sequential model{Dense(1)};
  model.compile("sgd", "mse");
  const History history = model.fit(data(), data(), {.batch_size = batch_size, .steps_per_epoch = 2, .profile = true});
  CHECK(history.profile().steps == 0);
  CHECK(history.profile().layers.empty());
  CHECK_THROWS_AS(history.profile()["dense"], StateError);
  CHECK(shown.text().ends_with(history.profile().text()));
  const History none = model.fit(data(), data(), {.epochs = 3, .verbose = 0, .initial_epoch = 3, .profile = true});
  CHECK(none.profile().steps == 0);
}

// ── what fails ──────────────────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("fit, profile: after an exception of a callback or a layer nothing is measured, and the model is usable") {
  struct Failing final : Layer<Failing> {
    Tensor call(const Tensor& x) override {
      if (!x.is_symbolic() && --left == 0) throw std::runtime_error("the layer");
      return x;
    }
    int left = 5;
  };
  const CapturedLog shown({});
  const auto failing = layers::shared(Failing());
  Sequential model{failing, Dense(1)};
  model.compile("sgd", "mse");
  const FitOptions options{.batch_size = batch_size, .profile = true};
  CHECK(testing::message_of<std::runtime_error>([&] { model.fit(data(), data(), options); }) == "the layer");
  CHECK(Profiler::running() == nullptr);

  FitOptions with_callback = options;
  with_callback.callbacks = {{.on_train_batch_end = [](std::int64_t batch, const Logs&) {
    if (batch == 3) throw std::runtime_error("the callback");
  }}};
  CHECK(testing::message_of<std::runtime_error>([&] { model.fit(data(), data(), with_callback); }) == "the callback");
  CHECK(Profiler::running() == nullptr);
  CHECK(shown.text().find("Milliseconds") == std::string::npos);

  model.train_on_batch(data(), data());
  const StepProfile profile = profiled(model).profile();
  CHECK(profile.steps == 4);
  CHECK(paths(profile) == Paths{"failing", "dense"});
}
