#pragma once
// Internal: text of a file on a terminal.
#include <string>

namespace cornu::command {

/// The text with "?" for each control character but the ends of lines: the names that a file gives could otherwise
/// move the cursor, or make the terminal do more than that.
std::string printable(std::string text);

}  // namespace cornu::command
