#include <cornu/layers/attention/headed_options.hpp>

#include <fmt/core.h>

namespace cornu::layers {

std::int64_t require_positive(std::string_view layer, std::string_view option, std::int64_t value) {
  if (value < 1) throw ValueError(layer, fmt::format("`{}` must be 1 or more; got {}", option, value));
  return value;
}

}  // namespace cornu::layers
