#pragma once
// Internal: layers made of configs.
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/registry/options.hpp>

namespace cornu::layers {

/// What every layer can be told, as far as these options have it.
template <class Options>
Options with_layer_options(const ConfigView& config, Options options = {}) {
  LayerOptions given = layer_options_from(config);
  options.name = std::move(given.name);
  if constexpr (requires { options.trainable; }) options.trainable = given.trainable;
  if constexpr (requires { options.dtype; }) options.dtype = given.dtype;
  if constexpr (requires { options.activity_regularizer; })
    options.activity_regularizer = std::move(given.activity_regularizer);
  return options;
}

/// L(required…, options) of a config. `each_option` names the required values, then those of the options:
///
///     constexpr auto each_option = [](auto& option, auto& units, auto& options) {
///       option.required("units", units);
///       option("use_bias", options.use_bias);
///     };
///     return from_options<Dense, DenseOptions, std::int64_t>(config, each_option);
template <class L, class Options, class... Required, class EachOption>
std::shared_ptr<L> from_options(const ConfigView& config, const EachOption& each_option) {
  std::tuple<Required...> required;
  Options options = with_layer_options<Options>(config);
  std::apply([&](auto&... values) { read_options(config, each_option, values..., options); }, required);
  return std::apply([&](auto&... values) { return std::make_shared<L>(std::move(values)..., std::move(options)); },
                    required);
}

}  // namespace cornu::layers
