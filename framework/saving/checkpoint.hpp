#pragma once
// Internal: a model with the place in its training.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <cornu/framework/model/model.hpp>

namespace cornu::detail {

/// Where a training is, beside what its model holds.
struct TrainingState {
  std::int64_t next_epoch = 0;                                ///< the epoch that is to come
  bool is_stopped = false;                                    ///< by stop_training(): there is none to come
  std::map<std::string, std::vector<Tensor>> callbacks = {};  ///< what they have learnt; names without "/"
};

/// Writes what Model::save writes, and that state. Whole or not at all.
void write_checkpoint(const Model& model, const std::string& path, const TrainingState& state);

/// Puts weights, optimizer, random state and the states of layers of a checkpoint into a compiled model of the same
/// architecture; returns the rest. Throws FileError, and leaves the weights as they were, for a file that is damaged or
/// of another model.
TrainingState read_checkpoint(Model& model, const std::string& path);

}  // namespace cornu::detail
