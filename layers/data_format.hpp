#pragma once
// Internal: where the channels stand.
#include <string>
#include <string_view>

namespace cornu::layers {

/// Whether `data_format` is "channels_first" rather than "channels_last". Throws ValueError for anything else.
bool is_channels_first(std::string_view layer, const std::string& data_format);

}  // namespace cornu::layers
