#pragma once
// Internal: JSON text as Python's json module reads it.
#include <cstddef>
#include <string>
#include <string_view>

#include <cornu/framework/registry/config.hpp>

namespace cornu::formats {

/// What a text may hold at most. A value takes some hundred bytes, so their number bounds the memory.
struct JsonLimits {
  std::size_t bytes = std::size_t{64} << 20;
  std::size_t values = std::size_t{1} << 20;
  std::size_t depth = 200;  ///< of lists and objects inside each other
};

/// The value of a JSON text (RFC 8259), with what Python's json.loads takes besides: NaN, Infinity and -Infinity, and
/// keys that are repeated, of which the last one's value stands at the first one's place. Whole numbers outside of
/// int64 become doubles. Lists and objects are read without recursion. Config::to_json() writes it.
///
/// Throws FileError, naming `file` and the line and column, when the text is not JSON, not UTF-8 (a lone surrogate
/// escape is not), has a number that no double holds, or exceeds a limit.
Config parse_json(std::string_view text, const std::string& file, const JsonLimits& limits = {});

}  // namespace cornu::formats
