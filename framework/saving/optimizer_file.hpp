#pragma once
// Internal: the state of an optimizer in an HDF5 file, as Keras has it.
#include <cornu/framework/formats/hdf5/writer.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/saving/load_report.hpp>
#include <cornu/framework/saving/weight_source.hpp>
#include <cornu/framework/saving/weights_file.hpp>

namespace cornu::detail {

/// Reads iteration, learning rate, averages, accumulators and slots of the model's optimizer from the group
/// "/optimizer", which may stand in several shards. State that is missing, of another optimizer or of other weights is
/// left out, and reported: the optimizer then begins anew.
void read_optimizer(const WeightSource& source, const Model& model, Assignments& into, LoadReport& report);

/// Adds the group "/optimizer".
void write_optimizer(formats::Hdf5Writer& writer, const Model& model);

}  // namespace cornu::detail
