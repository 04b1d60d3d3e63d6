#pragma once
// Internal: weights of `.h5` files.
#include <string>
#include <vector>

#include <cornu/framework/model/model.hpp>
#include <cornu/framework/saving/legacy_file.hpp>
#include <cornu/framework/saving/load_report.hpp>
#include <cornu/framework/saving/weights_file.hpp>

namespace cornu::detail {

/// A weight of the model and the name of its array.
struct LegacyWeight {
  Variable variable;
  std::string name;
};

/// Finds the weights of every layer, and says which array is which weight's, in the file's order. Layers go by their
/// names where file and model have the same ones, otherwise by their order, which is reported. Within a layer arrays go
/// by the names of the layers inside and of the weights, since Keras writes those of frozen layers last; where names do
/// not tell, by that order. Throws FileError, naming each of them, for weights that are missing or have another shape.
/// What is left as it is, and what is left over, is reported.
std::vector<LegacyWeight> read_legacy_weights(const LegacyFile& file, const Model& model,
                                              const LoadWeightsOptions& matching, Assignments& into,
                                              LoadReport& report);

/// Reads the slots of the model's optimizer. State that is missing, of another optimizer or in an order that cannot be
/// told is left out, and reported: the optimizer then begins anew.
void read_legacy_optimizer(const LegacyFile& file, const Model& model, const std::vector<LegacyWeight>& weights,
                           Assignments& into, LoadReport& report);

}  // namespace cornu::detail
