#pragma once
// Internal: variables chosen by their names.
#include <span>
#include <string>
#include <string_view>

namespace cornu::detail {

/// Whether one of these regular expressions occurs somewhere in `text`: "bias" occurs in "bias" and in "bias_2".
/// Throws ValueError, with `where` as its place, for what is no regular expression.
bool any_occurs(std::string_view where, std::span<const std::string> patterns, std::string_view text);

}  // namespace cornu::detail
