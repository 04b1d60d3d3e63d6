#pragma once
// Internal: the model that a command works on.
#include <memory>
#include <string>

#include <cornu/framework/model/model.hpp>

namespace cornu::command {

/// Loads a model, and weights of another file into it unless `weights` is empty; what the reports say goes to stderr, a
/// line each.
std::unique_ptr<Model> open_model(const std::string& path, bool compile, const std::string& weights = "");
/// Saves the model as a .keras file; what Keras will not find in it or not know goes to stderr.
void save_model(const Model& model, const std::string& path);

}  // namespace cornu::command
