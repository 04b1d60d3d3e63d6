#include <cornu/framework/activations/softmax_of_one.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/log.hpp>

namespace cornu::detail {

void warn_of_softmax_of_one(const std::string& place, const Activation& activation, std::int64_t last_axis) {
  const std::string& name = activation.name();
  const bool is_softmax = name == "softmax" || name == "sparsemax" || name == "log_softmax";
  if (last_axis != 1 || !is_softmax) return;
  log(fmt::format(
      "{}: {} over an axis of size 1 gives {} whatever comes in, so nothing is learnt; take \"sigmoid\" for "
      "two classes, or a unit for each class\n",
      place, name, name == "log_softmax" ? 0 : 1));
}

}  // namespace cornu::detail
