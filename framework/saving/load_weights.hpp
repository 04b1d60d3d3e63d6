#pragma once
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/saving/load_report.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// Fields with Keras's names, and cornu's own behind them.
struct LoadWeightsOptions {
  bool by_name = false;          ///< layers go by their names; those that only one side has stay as they are
  bool skip_mismatch = false;    ///< a layer whose weights have other shapes stays as it is
  LoadReport* report = nullptr;  ///< gets a line for each thing that is not as the file has it
};

/// Reads weights of a `.h5` file of Keras 2, tf_keras or Keras 3, of weights alone or a whole model, into a built
/// model. Layers go by their names where file and model have the same ones, otherwise by their order, as in Keras.
/// Within a layer arrays go by the names of the layers inside, since Keras writes those of frozen layers last, and by
/// their order where names do not tell. With neither option, a compiled model takes the optimizer's state too.
///
///     LoadReport report;
///     load_weights(model, "pretrained.h5", {.by_name = true, .skip_mismatch = true, .report = &report});
///
/// Model::load_weights reads all kinds of files. Throws StateError for a model that is not built, FileError for another
/// kind of file, and for weights that are missing or of another shape, each of which it names: nothing has changed
/// then.
void load_weights(Model& model, const std::string& path, const LoadWeightsOptions& options);

}  // namespace cornu
CORNU_EXPORT_END
