#pragma once
// Internal: the options of every optimizer, for configs.
#include <cornu/framework/optimizer/optimizer.hpp>
#include <cornu/framework/registry/options.hpp>

namespace cornu::optim {

// Keras's keys, in its order.
constexpr auto each_common_option = [](auto& option, auto& options) {
  option("name", options.name);
  option("learning_rate", options.learning_rate);
  option("weight_decay", options.weight_decay);
  option("clipnorm", options.clipnorm);
  option("global_clipnorm", options.global_clipnorm);
  option("clipvalue", options.clipvalue);
  option("use_ema", options.use_ema);
  option("ema_momentum", options.ema_momentum);
  option("ema_overwrite_frequency", options.ema_overwrite_frequency);
  option("loss_scale_factor", options.loss_scale_factor);
  option("gradient_accumulation_steps", options.gradient_accumulation_steps);
};

/// What every optimizer can be told. Keras 2 wrote two keys that change no number.
template <class Options>
Options with_common_options(const ConfigView& config) {
  Options options;
  read_options(config, each_common_option, options);
  for (const char* key : {"jit_compile", "is_legacy_optimizer"}) config.find(key);
  return options;
}

}  // namespace cornu::optim
