#include <cornu/layers/activations/require_from_zero.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>

namespace cornu::layers {

void require_from_zero(std::string_view layer, std::string_view option, double value) {
  if (!(value >= 0))
    throw ValueError(layer, fmt::format("`{}` must not be negative; got {}; expected 0 or more", option, value));
}

}  // namespace cornu::layers
