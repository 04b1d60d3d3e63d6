#include <cornu/framework/command/model_file.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/log.hpp>
#include <cornu/framework/command/printable.hpp>
#include <cornu/framework/saving/load_model.hpp>

namespace cornu::command {

namespace {

void log_notes(const LoadReport& report) {
  for (const std::string& line : report.lines()) log(fmt::format("note: {}\n", printable(line)));
}

}  // namespace

std::unique_ptr<Model> open_model(const std::string& path, bool compile, const std::string& weights) {
  LoadReport report;
  std::unique_ptr<Model> model = load_model(path, {.compile = compile, .report = &report});
  log_notes(report);
  if (!weights.empty()) {
    model->load_weights(weights, {.report = &report});
    log_notes(report);
  }
  return model;
}

void save_model(const Model& model, const std::string& path) {
  LoadReport report;
  model.save(path, &report);
  log_notes(report);
}

}  // namespace cornu::command
