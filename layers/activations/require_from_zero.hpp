#pragma once
// Internal: options that must not be negative.
#include <string_view>

namespace cornu::layers {

/// Throws ValueError unless the option is a number from 0 on.
void require_from_zero(std::string_view layer, std::string_view option, double value);

}  // namespace cornu::layers
