#pragma once
// Internal: compile_config of Keras files.
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/registry/config_view.hpp>

namespace cornu::detail {

/// Compiles the model as the member "compile_config" of its object says; not at all where that is missing or empty.
/// What cannot be made becomes a refusal of the view's report.
void compile_from_config(Model& model, const ConfigView& object);

/// What cannot be made of it becomes a refusal, where there is no model to compile: all that is missing is said at
/// once.
void try_compile_config(const ConfigView& object);

/// The compile_config of a compiled model.
Config compile_config_of(const Model& model);

}  // namespace cornu::detail
