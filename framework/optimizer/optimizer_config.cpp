#include <cornu/framework/optimizer/each_common_option.hpp>

namespace cornu::optim {

Config Optimizer::get_config() const {
  Config config = write_options(Config::object(), each_common_option, options_);
  if (!options_.learning_rate.is_scheduled()) config.set("learning_rate", learning_rate());  // the present one
  return config;
}

}  // namespace cornu::optim
