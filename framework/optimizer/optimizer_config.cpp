#include <cornu/framework/optimizer/each_common_option.hpp>

namespace cornu::optim {

Config Optimizer::get_config() const {
  CommonOptions present = options_;
  if (!present.learning_rate.is_scheduled()) present.learning_rate = learning_rate();
  return write_options(Config::object(), each_common_option, present);
}

}  // namespace cornu::optim
