#pragma once
// Internal: options that are numbers, read whole.
#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>
#include <string>

namespace cornu::command {

/// Adds an option that takes a whole decimal number in least … most.
CLI::Option* add_integer(CLI::App& app, const std::string& name, std::int64_t& value, const std::string& help,
                         std::int64_t least, std::int64_t most = std::numeric_limits<std::int64_t>::max());

/// Adds an option that takes a finite decimal number in least … most.
CLI::Option* add_number(CLI::App& app, const std::string& name, double& value, const std::string& help, double least,
                        double most = std::numeric_limits<double>::max());

}  // namespace cornu::command
