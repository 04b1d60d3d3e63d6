#pragma once
// Internal: a model with the place in its training.
#include <cstdint>
#include <string>

#include <cornu/framework/model/model.hpp>

namespace cornu::detail {

/// Writes what Model::save writes, and the number of the epoch that is to come. Whole or not at all.
void write_checkpoint(const Model& model, const std::string& path, std::int64_t next_epoch);

/// Puts weights, optimizer, random state and the states of layers of a checkpoint into a compiled model of the same
/// architecture; returns the number of the epoch that is to come. Throws FileError, and leaves the weights as they
/// were, for a file that is damaged or of another model.
std::int64_t read_checkpoint(Model& model, const std::string& path);

}  // namespace cornu::detail
