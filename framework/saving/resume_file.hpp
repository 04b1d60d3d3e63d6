#pragma once
// Internal: what cornu needs, beside what Keras saves, to go on exactly.
#include <optional>

#include <cornu/framework/formats/hdf5/reader.hpp>
#include <cornu/framework/formats/hdf5/writer.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/saving/checkpoint.hpp>
#include <cornu/framework/saving/load_report.hpp>

namespace cornu::detail {

/// Random state and the states of layers and optimizer that are no weights, from the root group "cornu", which Keras
/// ignores. A file without it (Keras's own) changes nothing.
void read_resume_state(const std::optional<formats::Hdf5Object>& group, Model& model, LoadReport& report);
/// Adds that group.
void write_resume_state(formats::Hdf5Writer& writer, const Model& model);

/// Where the training is, in that group.
void write_training_state(formats::Hdf5Writer& writer, const TrainingState& state);
/// The same, read; nothing when the group has no epoch that is to come. Throws FileError for what is damaged.
std::optional<TrainingState> read_training_state(const formats::Hdf5Object& group);

}  // namespace cornu::detail
