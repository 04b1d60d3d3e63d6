#include "tests/support/optimizer_cases.hpp"

#include <cornu/optim/adam.hpp>
#include <cornu/optim/rmsprop.hpp>
#include <cornu/optim/sgd.hpp>

namespace cornu::testing {

using namespace optim;

namespace {

// The optimizer as it is, and with each option of the base.
template <class O, class Options>
void add(std::vector<OptimizerCase>& cases, std::string name, Options options, RowPath path) {
  const auto with = [&](const std::string& option, auto change, RowPath its_path, bool is_basic = false) {
    Options changed = options;
    change(changed);
    cases.push_back({option.empty() ? name : name + ", " + option, [changed] { return Handle<Optimizer>(O(changed)); },
                     its_path, is_basic});
  };
  const RowPath decayed = path == RowPath::touched ? RowPath::deferred : path;
  with("", [](Options&) {}, path, true);
  with("weight_decay", [](Options& o) { o.weight_decay = 0.02; }, decayed, true);
  with("clipnorm", [](Options& o) { o.clipnorm = 0.5; }, path);
  with("clipvalue", [](Options& o) { o.clipvalue = 0.25; }, path);
  with("global_clipnorm", [](Options& o) { o.global_clipnorm = 0.5; }, path);
  with("loss_scale_factor", [](Options& o) { o.loss_scale_factor = 4; }, path);
  with("gradient_accumulation_steps", [](Options& o) { o.gradient_accumulation_steps = 3; }, path);
  with("use_ema", [](Options& o) { o.use_ema = true; }, RowPath::dense);
  with("all",
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
  return cases;
}

}  // namespace

const std::vector<OptimizerCase>& optimizer_cases() {
  static const std::vector<OptimizerCase> cases = all_cases();
  return cases;
}

}  // namespace cornu::testing
