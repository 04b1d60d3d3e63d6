#pragma once
// Internal: the lines of a file.
#include <algorithm>
#include <cstddef>
#include <string_view>

namespace cornu::text {

/// Calls f(line, number) for each line of a file's text, counted from 1: without its "\n" or "\r\n", which the last one
/// may lack, and without a byte-order mark.
template <class F>
void for_each_line(std::string_view text, F&& f) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    f(line.substr(0, line.size() - (line.ends_with('\r') ? 1 : 0)), number);
  }
}

/// Whether a line has nothing but blanks.
inline bool is_blank(std::string_view line) { return line.find_first_not_of(' ') == std::string_view::npos; }

}  // namespace cornu::text
