#pragma once
// Internal: options that count something.
#include <cstdint>
#include <string_view>

namespace cornu::layers {

/// The value. Throws ValueError unless it is 1 or more.
std::int64_t require_positive(std::string_view layer, std::string_view option, std::int64_t value);

}  // namespace cornu::layers
