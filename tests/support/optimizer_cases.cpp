#include "tests/support/optimizer_cases.hpp"

#include <cornu/optim/adadelta.hpp>
#include <cornu/optim/adafactor.hpp>
#include <cornu/optim/adagrad.hpp>
#include <cornu/optim/adam.hpp>
#include <cornu/optim/adamax.hpp>
#include <cornu/optim/adamw.hpp>
#include <cornu/optim/ftrl.hpp>
#include <cornu/optim/lamb.hpp>
#include <cornu/optim/lion.hpp>
#include <cornu/optim/muon.hpp>
#include <cornu/optim/nadam.hpp>
#include <cornu/optim/rmsprop.hpp>
#include <cornu/optim/schedule_free_adamw.hpp>
#include <cornu/optim/schedules/cosine_decay.hpp>
#include <cornu/optim/schedules/exponential_decay.hpp>
#include <cornu/optim/sgd.hpp>

namespace cornu::testing {

using namespace optim;
using namespace optim::schedules;

namespace {

template <class Options>
double rate_of(const Options& options) {
  return options.learning_rate.at(0);
}

// The optimizer as it is, and with each option of the base.
template <class O, class Options>
void add(std::vector<OptimizerCase>& cases, std::string name, Options options, RowPath path,
         std::optional<RowPath> with_decay = {}, std::optional<RowPath> with_average = {}) {
  const auto with = [&](const std::string& option, auto change, RowPath its_path, bool is_basic = false) {
    Options changed = options;
    change(changed);
    cases.push_back({option.empty() ? name : name + ", " + option, [changed] { return Handle<Optimizer>(O(changed)); },
                     its_path, is_basic});
  };
  const RowPath moving = path == RowPath::touched ? RowPath::deferred : path;
  const RowPath decayed = with_decay.value_or(moving), averaged = with_average.value_or(moving);
  with(
      "", [](Options&) {}, path, true);
  with(
      "weight_decay", [](Options& o) { o.weight_decay = 0.02; }, decayed, true);
  with(
      "clipnorm", [](Options& o) { o.clipnorm = 0.5; }, path);
  with(
      "clipvalue", [](Options& o) { o.clipvalue = 0.25; }, path);
  with(
      "global_clipnorm", [](Options& o) { o.global_clipnorm = 0.5; }, path);
  with(
      "loss_scale_factor", [](Options& o) { o.loss_scale_factor = 4; }, path);
  with(
      "gradient_accumulation_steps", [](Options& o) { o.gradient_accumulation_steps = 3; }, path);
  with(
      "use_ema", [](Options& o) { o.use_ema = true; }, averaged, true);
  with(
      "use_ema, ema_overwrite_frequency, weight_decay, a schedule",
      [](Options& o) {
        o.use_ema = true;
        o.ema_momentum = 0.95;
        o.ema_overwrite_frequency = 150;
        o.weight_decay = 0.02;
        o.learning_rate = ExponentialDecay(rate_of(o), 100, 0.5);
      },
      averaged == RowPath::deferred ? decayed : averaged);
  with(
      "use_ema, gradient_accumulation_steps",
      [](Options& o) {
        o.use_ema = true;
        o.gradient_accumulation_steps = 2;
      },
      RowPath::dense);
  with(
      "ExponentialDecay", [](Options& o) { o.learning_rate = ExponentialDecay(rate_of(o), 100, 0.5); }, path);
  with(
      "CosineDecay with warm-up, to 0",
      [](Options& o) { o.learning_rate = CosineDecay(0, 250, {.warmup_target = rate_of(o), .warmup_steps = 50}); },
      path);
  with(
      "all",
      [](Options& o) {
        o.weight_decay = 0.02;
        o.global_clipnorm = 0.5;
        o.gradient_accumulation_steps = 2;
      },
      decayed);
}

std::vector<OptimizerCase> all_cases() {
  std::vector<OptimizerCase> cases;
  add<SGD>(cases, "SGD", SGDOptions{.learning_rate = 0.02}, RowPath::touched);
  add<SGD>(cases, "SGD momentum", SGDOptions{.learning_rate = 0.02, .momentum = 0.9}, RowPath::deferred);
  add<SGD>(cases, "SGD nesterov", SGDOptions{.learning_rate = 0.02, .momentum = 0.99, .nesterov = true},
           RowPath::deferred);
  add<RMSprop>(cases, "RMSprop", RMSpropOptions{}, RowPath::deferred);
  add<RMSprop>(cases, "RMSprop momentum", RMSpropOptions{.momentum = 0.9}, RowPath::deferred);
  add<RMSprop>(cases, "RMSprop centered", RMSpropOptions{.epsilon = 1e-3, .centered = true}, RowPath::deferred);
  add<RMSprop>(cases, "RMSprop centered momentum", RMSpropOptions{.momentum = 0.9, .epsilon = 1e-3, .centered = true},
               RowPath::deferred);
  add<Adam>(cases, "Adam", AdamOptions{}, RowPath::deferred);
  add<Adam>(cases, "Adam .99", AdamOptions{.beta_1 = 0.99}, RowPath::deferred);
  add<Adam>(cases, "Adam .99, .99", AdamOptions{.beta_2 = 0.99, .epsilon = 1e-4}, RowPath::deferred);
  add<Adam>(cases, "Adam beta_1 = 0", AdamOptions{.beta_1 = 0}, RowPath::deferred);
  add<Adam>(cases, "Adam close betas", AdamOptions{.beta_1 = 0.95, .beta_2 = 0.907}, RowPath::dense);
  add<Adam>(cases, "Adam amsgrad", AdamOptions{.amsgrad = true}, RowPath::deferred);
  add<AdamW>(cases, "AdamW", AdamWOptions{}, RowPath::deferred);
  add<Adagrad>(cases, "Adagrad", AdagradOptions{.learning_rate = 0.01}, RowPath::touched);
  add<Adadelta>(cases, "Adadelta", AdadeltaOptions{.learning_rate = 1}, RowPath::deferred);
  add<Adamax>(cases, "Adamax", AdamaxOptions{}, RowPath::deferred);
  add<Adamax>(cases, "Adamax .99", AdamaxOptions{.beta_1 = 0.99}, RowPath::deferred);
  add<Nadam>(cases, "Nadam", NadamOptions{}, RowPath::deferred);
  add<Nadam>(cases, "Nadam .95, .99", NadamOptions{.beta_1 = 0.95, .beta_2 = 0.99}, RowPath::deferred);
  add<Ftrl>(cases, "Ftrl", FtrlOptions{.learning_rate = 0.05, .l1_regularization_strength = 0.01}, RowPath::deferred,
            {}, RowPath::dense);
  add<Lion>(cases, "Lion", LionOptions{.learning_rate = 1e-4}, RowPath::deferred);
  add<Lamb>(cases, "Lamb", LambOptions{}, RowPath::dense);
  add<Adafactor>(cases, "Adafactor", AdafactorOptions{}, RowPath::dense);
  add<Muon>(cases, "Muon", MuonOptions{.exclude_layers = {"table"}}, RowPath::deferred);
  add<ScheduleFreeAdamW>(cases, "ScheduleFreeAdamW", ScheduleFreeAdamWOptions{}, RowPath::deferred, RowPath::dense,
                         RowPath::dense);
  return cases;
}

}  // namespace

const std::vector<OptimizerCase>& optimizer_cases() {
  static const std::vector<OptimizerCase> cases = all_cases();
  return cases;
}

}  // namespace cornu::testing
