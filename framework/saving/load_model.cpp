#include <cornu/framework/saving/load_model.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/hdf5/reader.hpp>
#include <cornu/framework/formats/json/parse.hpp>
#include <cornu/framework/layer/weights_to_be_read.hpp>
#include <cornu/framework/saving/compile_from_config.hpp>
#include <cornu/framework/saving/keras_archive.hpp>
#include <cornu/framework/saving/model_from_config.hpp>
#include <cornu/framework/saving/optimizer_file.hpp>
#include <cornu/framework/saving/resume_file.hpp>
#include <cornu/framework/saving/weights_file.hpp>

namespace cornu {

namespace {

using detail::KerasArchive;

std::string lines_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "\n  " + line;
  return text;
}

void require_none_refused(const KerasArchive& archive, const ConfigReport& made) {
  if (made.refusals.empty()) return;
  throw FileError("load_model", fmt::format("'{}' needs what is not here; got {} such items; expected none:{}",
                                            archive.name(), made.refusals.size(), lines_of(made.refusals)));
}

// Weights of 4 bits become eight times as many bytes. Small models, and weights that compress well, have room all the
// same; an archive of some KB that unpacks to much more must not become as much again.
std::uint64_t budget_of(const KerasArchive& archive) {
  constexpr std::uint64_t for_nothing = std::uint64_t{32} << 20;
  return for_nothing + 10 * archive.stored_weights();
}

// Where errors in the parts of a file happen.
const std::string& place() {
  static const std::string name = "load_model";
  return name;
}

Config config_of(const KerasArchive& archive) {
  const ErrorScope scope(place());
  return formats::parse_json(archive.config(), archive.name());
}

// The model with the weights that it was initialised with; errors in the config keep their own place.
std::unique_ptr<Model> make(const KerasArchive& archive, const LoadOptions& options, LoadReport& report) {
  const Config config = config_of(archive);
  ConfigReport made;
  const ConfigView object(config, "load_model", archive.name(), "config.json", &made);
  std::unique_ptr<Model> model;
  {
    const detail::WeightsToBeRead budget(budget_of(archive));
    object.attempt([&] { model = detail::model_from_config(object); });
  }
  if (options.compile)
    object.attempt([&] { model ? detail::compile_from_config(*model, object) : detail::try_compile_config(object); });
  require_none_refused(archive, made);
  for (const std::string& note : made.notes) report.add("config.json", note);
  return model;
}

void read_state(const KerasArchive& archive, const LoadOptions& options, Model& model, LoadReport& report) {
  const ErrorScope scope(place());
  const detail::WeightSource file(archive.weights(), archive.weights_name(), archive.weights_file());
  detail::Assignments assignments;
  detail::read_weights(file, model, assignments, report);
  if (options.compile && model.is_compiled())
    detail::read_optimizer(file, model, assignments, report);
  else if (options.compile && file.find("optimizer/vars/0"))
    report.add("/optimizer", "the file has the state of an optimizer, the model is not compiled: it is left out");
  assignments.run();
  detail::read_resume_state(file.find("cornu"), model, report);
}

std::unique_ptr<Model> load(const KerasArchive& archive, const LoadOptions& options) {
  LoadReport report;
  std::unique_ptr<Model> model = make(archive, options, report);
  read_state(archive, options, *model, report);
  if (options.strict && !report.empty())
    throw FileError("load_model", fmt::format("'{}' is not taken as it is; got {} differences; expected none:{}",
                                              archive.name(), report.lines().size(), lines_of(report.lines())));
  if (options.report) *options.report = std::move(report);
  return model;
}

KerasArchive open(const std::string& path, const LoadOptions& options) {
  const ErrorScope scope(place());
  return KerasArchive::open(path, {.max_ratio = options.max_ratio, .memory_map = options.memory_map});
}

KerasArchive open(std::span<const std::byte> file, const LoadOptions& options, const std::string& name) {
  const ErrorScope scope(place());
  return KerasArchive::of(file, name, options.max_ratio);
}

}  // namespace

std::unique_ptr<Model> load_model(const std::string& path, const LoadOptions& options) {
  return load(open(path, options), options);
}

std::unique_ptr<Model> load_model(std::span<const std::byte> file, const LoadOptions& options,
                                  const std::string& name) {
  return load(open(file, options, name), options);
}

}  // namespace cornu
