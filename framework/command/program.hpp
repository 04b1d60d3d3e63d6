#pragma once
// Internal: the program `cornu`.
#include <string>
#include <vector>

namespace cornu::command {

/// Runs the program on its arguments, without its name. Results go to stdout or a file, progress and one-line errors to
/// stderr. Returns 0 only when all was done, 1 after an error, 2 for arguments that it does not understand.
int run(std::vector<std::string> arguments);

}  // namespace cornu::command
