#pragma once
// Internal: the commands of the program `cornu`, one a file.
#include <CLI/CLI.hpp>

namespace cornu::command {

// Each adds its subcommand, which runs when the arguments name it. Errors pass as exceptions.
void add_summary(CLI::App& program);
void add_predict(CLI::App& program);
void add_evaluate(CLI::App& program);
void add_fit(CLI::App& program);
void add_inspect(CLI::App& program);
void add_convert(CLI::App& program);
void add_export(CLI::App& program);
void add_neighbours(CLI::App& program);

}  // namespace cornu::command
