#include <cornu/optim/adamw.hpp>

#include <cornu/framework/optimizer/each_common_option.hpp>
namespace cornu::optim {

AdamW::AdamW(cornu::detail::NoOptions) : AdamW() {}
AdamW::AdamW(AdamWOptions options)
    : Adam("AdamW", "adam_w",
           {.learning_rate = std::move(options.learning_rate),
            .beta_1 = options.beta_1,
            .beta_2 = options.beta_2,
            .epsilon = options.epsilon,
            .amsgrad = options.amsgrad,
            .weight_decay = options.weight_decay,
            .clipnorm = options.clipnorm,
            .clipvalue = options.clipvalue,
            .global_clipnorm = options.global_clipnorm,
            .use_ema = options.use_ema,
            .ema_momentum = options.ema_momentum,
            .ema_overwrite_frequency = options.ema_overwrite_frequency,
            .loss_scale_factor = options.loss_scale_factor,
            .gradient_accumulation_steps = options.gradient_accumulation_steps,
            .name = std::move(options.name),
            .row_updates = options.row_updates}) {}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& beta_1, auto& beta_2, auto& epsilon, auto& amsgrad) {
  option("beta_1", beta_1);
  option("beta_2", beta_2);
  option("epsilon", epsilon);
  option("amsgrad", amsgrad);
};

}  // namespace

std::shared_ptr<AdamW> AdamW::from_config(const ConfigView& config) {
  auto options = with_common_options<AdamWOptions>(config);
  read_options(config, each_option, options.beta_1, options.beta_2, options.epsilon, options.amsgrad);
  return std::make_shared<AdamW>(std::move(options));
}

}  // namespace cornu::optim
