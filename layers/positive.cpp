#include <cornu/layers/positive.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>

namespace cornu::layers {

std::int64_t require_positive(std::string_view layer, std::string_view option, std::int64_t value) {
  if (value >= 1) return value;
  throw ValueError(layer, fmt::format("`{}` must be a positive integer; got {}; expected 1 or more", option, value));
}

}  // namespace cornu::layers
