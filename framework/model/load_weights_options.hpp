#pragma once
#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

class LoadReport;

/// Of Model::load_weights: Keras's fields, and cornu's own behind them.
struct LoadWeightsOptions {
  bool skip_mismatch = false;    ///< a layer whose weights are missing or have other shapes stays as it is
  bool by_name = false;          ///< of a `.h5` file: layers go by name; those that only one side has stay as they are
  LoadReport* report = nullptr;  ///< gets a line for each thing that is not as the file has it
};

}  // namespace cornu
CORNU_EXPORT_END
