#include <cornu/layers/data_format.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>

namespace cornu::layers {

bool is_channels_first(std::string_view layer, const std::string& data_format) {
  if (data_format != "channels_first" && data_format != "channels_last")
    throw ValueError(layer, fmt::format("unknown `data_format`; got \"{}\"; expected \"channels_last\" or "
                                        "\"channels_first\"",
                                        data_format));
  return data_format == "channels_first";
}

}  // namespace cornu::layers
