#include <cornu/framework/saving/compile_from_config.hpp>

#include <fmt/core.h>

#include <algorithm>

#include <cornu/framework/model/compiled.hpp>
#include <cornu/framework/registry/handle.hpp>

namespace cornu::detail {

namespace {

using Losses = std::vector<Handle<losses::Loss>>;
using Metrics = std::vector<Handle<metrics::Metric>>;

// Of a model whose outputs are a dictionary its keys, in the order of the outputs; or nothing.
std::vector<std::string> output_keys(const ConfigView& object) {
  std::vector<std::string> keys;
  const auto config = object.find("config");
  const auto layers = config && config->is_object() ? config->find("output_layers") : std::nullopt;
  if (layers && layers->is_object())
    for (const auto& [key, history] : layers->members()) keys.push_back(key);
  return keys;
}

// The parts of a value that may be one for all outputs, a list or an object by their names: one for each output, where
// nothing is null.
std::vector<std::optional<ConfigView>> by_output(const ConfigView& value, const std::vector<std::string>& outputs) {
  std::vector<std::optional<ConfigView>> parts(outputs.size());
  if (value.is_object() && !value.find("class_name")) {
    for (const auto& [name, part] : value.members()) {
      const auto place = std::find(outputs.begin(), outputs.end(), name);
      if (place == outputs.end()) part.fail(fmt::format("no output has the name '{}'", name));
      parts[static_cast<std::size_t>(place - outputs.begin())] = part;
    }
  } else if (value.is_list()) {
    const auto items = value.items();
    if (items.size() != outputs.size())
      value.fail(fmt::format("got {} items; expected one for each of {} outputs", items.size(), outputs.size()));
    std::copy(items.begin(), items.end(), parts.begin());
  } else {
    std::fill(parts.begin(), parts.end(), value);
  }
  return parts;
}

bool is_nothing(const std::optional<ConfigView>& part) { return !part || part->is_null(); }

LossList losses_from(const ConfigView& value, const std::vector<std::string>& outputs) {
  Losses all;
  for (const auto& part : by_output(value, outputs)) {
    all.emplace_back();
    if (!is_nothing(part)) all.back() = from_config<losses::Loss>(*part);
  }
  if (std::none_of(all.begin(), all.end(), [](const auto& loss) { return static_cast<bool>(loss); }))
    value.fail("no output has a loss; expected a loss for one of them");
  return all;
}

LossWeights loss_weights_from(const ConfigView& value, const std::vector<std::string>& outputs) {
  std::vector<double> all;
  for (const auto& part : by_output(value, outputs)) all.push_back(is_nothing(part) ? 1 : part->as_double());
  return all;
}

void add_metrics(const ConfigView& value, Metrics& into) {
  if (value.is_null()) return;
  if (value.is_list())
    for (const ConfigView& item : value.items()) add_metrics(item, into);
  else
    value.attempt([&] { into.emplace_back(from_config<metrics::Metric>(value)); });
}

// Of an only output a flat list; of several a list or an object with an item each.
MetricList metrics_from(const ConfigView& value, const std::vector<std::string>& outputs) {
  if (outputs.size() == 1) {
    Metrics all;
    if (value.is_object() && !value.find("class_name"))
      for (const auto& [name, part] : value.members()) add_metrics(part, all);
    else
      add_metrics(value, all);
    return all;
  }
  std::vector<OutputMetrics> all;
  for (const auto& part : by_output(value, outputs)) {
    Metrics of_output;
    if (part) add_metrics(*part, of_output);
    all.emplace_back(of_output);
  }
  return all;
}

// Makes every object in a value, a list or an object of such.
template <class Base>
void try_each(const ConfigView& value) {
  if (value.is_null()) return;
  if (value.is_list())
    for (const ConfigView& item : value.items()) try_each<Base>(item);
  else if (value.is_object() && !value.find("class_name"))
    for (const auto& [name, item] : value.members()) try_each<Base>(item);
  else
    value.attempt([&] { from_config<Base>(value); });
}

constexpr const char* kept_keys[] = {"loss", "loss_weights", "metrics", "weighted_metrics"};

// So that the next file says it in the same form.
void keep(const ConfigView& config, Compiled& compiled) {
  for (const char* key : kept_keys)
    if (const auto value = config.find(key)) compiled.in_file.set(key, value->value());
}

// A string where one was given.
template <class Base>
Config named_or_whole(const Handle<Base>& handle) {
  if (!handle) return nullptr;
  return handle->given_name().empty() ? handle.to_config() : Config(handle->given_name());
}

// What each output has: that of the only one, a list, or an object by the outputs' names, without empty lists.
Config of_outputs(const Compiled& compiled, bool by_name, std::vector<Config> configs) {
  if (!by_name) return configs.size() == 1 ? std::move(configs[0]) : Config::list(std::move(configs));
  Config named = Config::object();
  for (std::size_t i = 0; i < configs.size(); ++i)
    if (!configs[i].is_list() || !configs[i].as_list().empty())
      named.set(compiled.output_names[i], std::move(configs[i]));
  return named;
}

Config losses_of(const Compiled& compiled, bool by_name) {
  std::vector<Config> all;
  for (const Compiled::Output& output : compiled.outputs) all.push_back(named_or_whole(output.loss));
  return of_outputs(compiled, by_name, std::move(all));
}

Config loss_weights_of(const Compiled& compiled, bool by_name) {
  std::vector<Config> all;
  for (const Compiled::Output& output : compiled.outputs) all.emplace_back(output.loss_weight);
  const bool any = std::any_of(compiled.outputs.begin(), compiled.outputs.end(),
                               [](const Compiled::Output& output) { return output.loss_weight != 1; });
  return any || by_name ? of_outputs(compiled, by_name, std::move(all)) : Config();
}

template <class Member>
Config metrics_of(const Compiled& compiled, bool by_name, Member member) {
  std::vector<Config> all;
  bool any = false;
  for (const Compiled::Output& output : compiled.outputs) {
    std::vector<Config> of_output;
    for (const auto& metric : output.*member) of_output.push_back(named_or_whole(metric));
    any = any || !of_output.empty();
    all.push_back(Config::list(std::move(of_output)));
  }
  return any ? of_outputs(compiled, by_name, std::move(all)) : Config();
}

}  // namespace

void compile_from_config(Model& model, const ConfigView& object) {
  const auto config = object.find("compile_config");
  if (!config || config->is_null() || config->members().empty()) return;
  const std::vector<std::string> keys = output_keys(object), outputs = keys.empty() ? model.output_names() : keys;
  CompileOptions options;
  bool complete = true;
  const auto read = [&](const char* key, const auto& f) {
    const auto value = config->find(key);
    if (value && !value->is_null()) complete = value->attempt([&] { f(*value); }) && complete;
  };
  read("optimizer", [&](const ConfigView& value) { options.optimizer = from_config<optim::Optimizer>(value); });
  read("loss", [&](const ConfigView& value) { options.loss = losses_from(value, outputs); });
  read("loss_weights", [&](const ConfigView& value) { options.loss_weights = loss_weights_from(value, outputs); });
  read("metrics", [&](const ConfigView& value) { options.metrics = metrics_from(value, outputs); });
  read("weighted_metrics", [&](const ConfigView& value) { options.weighted_metrics = metrics_from(value, outputs); });
  if (complete && options.loss.size() == 0)
    config->note("the model was compiled without a loss; it is not compiled here");
  if (!complete || options.loss.size() == 0) return;
  model.compile(options);
  if (keys.empty()) return keep(*config, *model.compiled_with());
  config->note("the outputs are a dictionary; here, and in files that are written, they are a list in its order");
  *model.compiled_with() = Compiled(options, keys);
}

void try_compile_config(const ConfigView& object) {
  const auto config = object.find("compile_config");
  if (!config || config->is_null()) return;
  if (const auto optimizer = config->find("optimizer")) try_each<optim::Optimizer>(*optimizer);
  if (const auto loss = config->find("loss")) try_each<losses::Loss>(*loss);
  for (const char* key : {"metrics", "weighted_metrics"})
    if (const auto metrics = config->find(key)) try_each<metrics::Metric>(*metrics);
}

Config compile_config_of(const Model& model) {
  const Compiled* compiled = model.compiled_with();
  if (!compiled) return Config::object();
  const Compiled::ByName by_name = model.outputs().empty() ? Compiled::ByName() : compiled->by_name;
  Config config = Config::object(
      {{"optimizer", compiled->optimizer.to_config()},
       {"loss", losses_of(*compiled, by_name.loss)},
       {"loss_weights", loss_weights_of(*compiled, by_name.loss_weights)},
       {"metrics", metrics_of(*compiled, by_name.metrics, &Compiled::Output::metrics)},
       {"weighted_metrics", metrics_of(*compiled, by_name.weighted_metrics, &Compiled::Output::weighted_metrics)},
       {"run_eagerly", false},
       {"steps_per_execution", 1},
       {"jit_compile", "auto"}});
  for (const auto& [key, value] : compiled->in_file.as_object()) config.set(key, value);
  return config;
}

}  // namespace cornu::detail
