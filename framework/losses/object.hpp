#pragma once
// Internal: losses as objects of files.
#include <memory>
#include <string>
#include <utility>

#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/registry/options.hpp>

namespace cornu::losses {

constexpr auto no_option = [](auto&, auto&...) {};

// Keras's keys, in its order; those of a class come behind.
constexpr auto each_base_option = [](auto& option, auto& options) {
  option("name", options.name);
  option("reduction", options.reduction);
};

template <class EachOption, class... Values>
Config loss_object(const Loss& loss, std::string class_name, const EachOption& each_option, const Values&... values) {
  Config base = Config::object({{"name", loss.name()}, {"reduction", value_of(loss.reduction())}});
  return keras_object("keras.losses", std::move(class_name))
      .set("config", write_options(std::move(base), each_option, values...));
}

template <class T, class Options, class EachOption>
std::shared_ptr<T> loss_from(const ConfigView& config, const EachOption& each_option) {
  Options options;
  read_options(config, each_base_option, options);
  read_options(config, each_option, options);
  config.find("dtype");  // losses are computed in that of the predictions
  return std::make_shared<T>(std::move(options));
}

}  // namespace cornu::losses
