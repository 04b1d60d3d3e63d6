#pragma once
#include <string>

namespace cornu::benchmarks {

/// Does one of "make", "load", "map" and "save" once with the .keras file at `path`, which holds a table of 100 MB, and
/// prints how many seconds that took: on the clock, and of the CPU. What is saved goes beside it.
void time_file(const std::string& what, const std::string& path);

}  // namespace cornu::benchmarks
