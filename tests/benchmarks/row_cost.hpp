#pragma once
#include <cstdint>
#include <string>

namespace cornu::benchmarks {

/// Writes row_cost.svg into `folder`, and the numbers to the terminal: the time of a training step of one table by the
/// number of its rows, 8192 ids a step: as deferred rows, as a dense walk, and what the memory traffic of the touched
/// rows alone takes.
void plot_row_cost(const std::string& folder);

/// That many training steps of a table with so many rows, for counting instructions.
void run_row_steps(const std::string& optimizer, std::int64_t rows, std::int64_t steps);

}  // namespace cornu::benchmarks
