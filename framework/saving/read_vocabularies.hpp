#pragma once
// Internal: the vocabularies that stand in a file beside the config.
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/saving/keras_archive.hpp>
#include <cornu/framework/saving/load_report.hpp>
#include <cornu/framework/saving/weight_source.hpp>

namespace cornu::detail {

/// Reads those of the layers that lack one, with the weights that belong to them. Reports layers for which there is
/// none. Throws FileError for a vocabulary that is not one.
void read_vocabularies(const KerasArchive& archive, const WeightSource& weights, Model& model, LoadReport& report);
/// Reports all layers that lack one, since files of the older form have none.
void report_vocabularies(const Model& model, LoadReport& report);

}  // namespace cornu::detail
