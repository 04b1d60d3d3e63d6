#include <algorithm>
#include <cctype>

#include <cornu/framework/registry/names.hpp>
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
#include <cornu/optim/sgd.hpp>

namespace cornu {

using optim::Optimizer;

namespace {

template <class T>
constexpr detail::Named<Optimizer> row(std::string_view class_name, std::string_view name) {
  return detail::named<Optimizer, T>(class_name, name);
}

// Keras's wrapper for training in float16, which nothing here is.
std::shared_ptr<Optimizer> without_loss_scale(const ConfigView& config) {
  config.note("the losses are not scaled: nothing is computed in float16");
  for (const char* key : {"name", "initial_scale", "dynamic_growth_steps", "dynamic"}) config.find(key);
  return from_config<Optimizer>(config.at("inner_optimizer"));
}

constexpr detail::Named<Optimizer> table[] = {
    row<optim::Adadelta>("Adadelta", "adadelta"),
    row<optim::Adafactor>("Adafactor", "adafactor"),
    row<optim::Adagrad>("Adagrad", "adagrad"),
    row<optim::Adam>("Adam", "adam"),
    row<optim::Adamax>("Adamax", "adamax"),
    row<optim::AdamW>("AdamW", "adamw"),
    row<optim::Ftrl>("Ftrl", "ftrl"),
    row<optim::Lamb>("Lamb", "lamb"),
    row<optim::Lion>("Lion", "lion"),
    row<optim::Muon>("Muon", "muon"),
    row<optim::Nadam>("Nadam", "nadam"),
    row<optim::RMSprop>("RMSprop", "rmsprop"),
    row<optim::ScheduleFreeAdamW>("ScheduleFreeAdamW", "schedulefreeadamw"),
    row<optim::SGD>("SGD", "sgd"),
    {nullptr, without_loss_scale, "LossScaleOptimizer", &typeid(Optimizer)},
};

}  // namespace

template <>
std::shared_ptr<Optimizer> from_name<Optimizer>(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return detail::make_by_name("optimizer", lower, table);
}

template <>
std::shared_ptr<Optimizer> from_config<Optimizer>(const ConfigView& object) {
  return detail::make_from_table("optimizer", object, table);
}

template <>
std::vector<std::string_view> detail::class_names<Optimizer>() {
  return class_names_in(table);
}

Config Optimizer::to_config() const {
  for (const auto& row : table)
    if (*row.type == typeid(*this))
      return keras_object("keras.optimizers", std::string(row.class_name)).set("config", get_config());
  return registered_object(*this, get_config().as_object());
}

template class Handle<Optimizer>;

}  // namespace cornu
