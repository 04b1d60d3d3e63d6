#pragma once
// Internal: the program `cornu`.
#include <functional>
#include <string>
#include <vector>

namespace cornu::command {

/// Runs the program on its arguments, without its name. Results go to stdout or a file, progress and one-line errors to
/// stderr. Returns 0 only when all was done, 1 after an error, 2 for arguments that it does not understand.
int run(std::vector<std::string> arguments);

/// The same for one thing to do.
int run(const std::function<void()>& work);

}  // namespace cornu::command
