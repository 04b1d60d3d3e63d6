#pragma once
// Internal: the weights of a model in an HDF5 file, as Keras has them.
#include <utility>
#include <vector>

#include <cornu/framework/formats/hdf5/writer.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/saving/load_report.hpp>
#include <cornu/framework/saving/weight_source.hpp>

namespace cornu::detail {

/// New values for variables, all found and checked before the first is assigned: all of them are, or none.
class Assignments {
 public:
  /// Casts to the variable's dtype.
  void add(const Variable& variable, const Tensor& value);
  /// Assigns them, and holds none of them any longer: a value that nobody else holds is written where it lies.
  void run();

 private:
  std::vector<Variable> variables_;
  std::vector<Tensor> values_;
};

/// Reads the weights of every layer. Throws FileError, naming each of them, for weights that are missing or have
/// another shape, unless a layer may keep its own (skip_mismatch). Reports what is taken by position from under another
/// name, and what is left over in the file.
void read_weights(const WeightSource& source, const Model& model, const LoadWeightsOptions& options, Assignments& into,
                  LoadReport& report);

/// Adds the groups and weights of every layer.
void write_weights(formats::Hdf5Writer& writer, const Model& model);

}  // namespace cornu::detail
