#pragma once
#include <cornu/framework/optimizer/optimizer.hpp>

namespace cornu::testing {

/// An optimizer's options with those that all optimizers share replaced, but for the learning rate and a weight decay
/// that is not set.
template <class Options>
Options with_common(Options options, const optim::CommonOptions& common) {
  if (common.weight_decay) options.weight_decay = *common.weight_decay;
  options.clipnorm = common.clipnorm;
  options.clipvalue = common.clipvalue;
  options.global_clipnorm = common.global_clipnorm;
  options.use_ema = common.use_ema;
  options.ema_momentum = common.ema_momentum;
  options.ema_overwrite_frequency = common.ema_overwrite_frequency;
  options.loss_scale_factor = common.loss_scale_factor;
  options.gradient_accumulation_steps = common.gradient_accumulation_steps;
  options.row_updates = common.row_updates;
  return options;
}

}  // namespace cornu::testing
