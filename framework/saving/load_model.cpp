#include <cornu/framework/saving/load_model.hpp>

#include <fmt/core.h>

#include <filesystem>
#include <functional>
#include <variant>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/json/parse.hpp>
#include <cornu/framework/formats/mapped_file.hpp>
#include <cornu/framework/layer/weights_to_be_read.hpp>
#include <cornu/framework/saving/compile_from_config.hpp>
#include <cornu/framework/saving/keras_archive.hpp>
#include <cornu/framework/saving/legacy_config.hpp>
#include <cornu/framework/saving/legacy_file.hpp>
#include <cornu/framework/saving/legacy_weights.hpp>
#include <cornu/framework/saving/model_from_config.hpp>
#include <cornu/framework/saving/optimizer_file.hpp>
#include <cornu/framework/saving/read_vocabularies.hpp>
#include <cornu/framework/saving/resume_file.hpp>
#include <cornu/framework/saving/weights_file.hpp>

namespace cornu {

namespace {

using detail::KerasArchive;
using detail::LegacyFile;

std::string lines_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "\n  " + line;
  return text;
}

/// A file that a model is made of, be it an archive or of the older form.
struct Source {
  const std::string& name;
  std::uint64_t weight_bytes;                             // as they are stored
  const char* config_name;                                // where the config stands
  std::function<Config(ConfigReport&)> config;            // in the form of an archive's
  std::function<void(Model&, LoadReport&)> read_weights;  // with the optimizer's state
};

void require_none_refused(const Source& source, const ConfigReport& made) {
  if (made.refusals.empty()) return;
  throw FileError("load_model", fmt::format("'{}' needs what is not here; got {} such items; expected none:{}",
                                            source.name, made.refusals.size(), lines_of(made.refusals)));
}

// Weights of 4 bits become eight times as many bytes. Small models, and weights that compress well, have room all the
// same; an archive of some KB that unpacks to much more must not become as much again.
std::uint64_t budget_of(const Source& source) {
  constexpr std::uint64_t for_nothing = std::uint64_t{32} << 20;
  return for_nothing + 10 * source.weight_bytes;
}

// Where errors in the parts of a file happen.
const std::string& place() {
  static const std::string name = "load_model";
  return name;
}

Config config_of(const Source& source, ConfigReport& made) {
  const ErrorScope scope(place());
  return source.config(made);
}

// The model with the weights that it was initialised with; errors in the config keep their own place.
std::unique_ptr<Model> make(const Source& source, const LoadOptions& options, LoadReport& report) {
  ConfigReport made;
  const Config config = config_of(source, made);
  const ConfigView object(config, "load_model", source.name, source.config_name, &made);
  std::unique_ptr<Model> model;
  {
    const detail::WeightsToBeRead budget(budget_of(source));
    object.attempt([&] { model = detail::model_from_config(object); });
  }
  if (options.compile)
    object.attempt([&] { model ? detail::compile_from_config(*model, object) : detail::try_compile_config(object); });
  require_none_refused(source, made);
  for (const std::string& note : made.notes) report.add(source.config_name, note);
  return model;
}

void read_state(const KerasArchive& archive, const LoadOptions& options, Model& model, LoadReport& report) {
  const ErrorScope scope(place());
  const detail::WeightSource file(archive.weights(), archive.weights_name(), archive.weights_file());
  detail::Assignments assignments;
  detail::read_weights(file, model, {}, assignments, report);
  if (options.compile && model.is_compiled())
    detail::read_optimizer(file, model, assignments, report);
  else if (options.compile && file.find("optimizer/vars/0"))
    report.add("/optimizer", "the file has the state of an optimizer, the model is not compiled: it is left out");
  detail::read_vocabularies(archive, file, model, report);
  assignments.run();
  detail::read_resume_state(file.find("cornu"), model, report);
}

void read_state(const LegacyFile& file, const LoadOptions& options, Model& model, LoadReport& report) {
  const ErrorScope scope(place());
  detail::Assignments assignments;
  const auto weights = detail::read_legacy_weights(file, model, {}, assignments, report);
  if (options.compile && model.is_compiled()) detail::read_legacy_optimizer(file, model, weights, assignments, report);
  detail::report_vocabularies(model, report);
  assignments.run();
}

std::unique_ptr<Model> load_from(const Source& source, const LoadOptions& options) {
  LoadReport report;
  std::unique_ptr<Model> model = make(source, options, report);
  source.read_weights(*model, report);
  if (options.strict && !report.empty())
    throw FileError("load_model", fmt::format("'{}' is not taken as it is; got {} differences; expected none:{}",
                                              source.name, report.lines().size(), lines_of(report.lines())));
  if (options.report) *options.report = std::move(report);
  return model;
}

std::unique_ptr<Model> load(const KerasArchive& archive, const LoadOptions& options) {
  return load_from(
      {.name = archive.name(),
       .weight_bytes = archive.stored_weights(),
       .config_name = "config.json",
       .config = [&](ConfigReport&) { return formats::parse_json(archive.config(), archive.name()); },
       .read_weights = [&](Model& model, LoadReport& report) { read_state(archive, options, model, report); }},
      options);
}

std::unique_ptr<Model> load(const LegacyFile& file, const LoadOptions& options) {
  return load_from(
      {.name = file.name(),
       .weight_bytes = file.size(),
       .config_name = "model_config",
       .config = [&](ConfigReport& made) { return detail::config_from_legacy(file, options.compile, made); },
       .read_weights = [&](Model& model, LoadReport& report) { read_state(file, options, model, report); }},
      options);
}

using AnyFile = std::variant<KerasArchive, LegacyFile>;

AnyFile open(const std::string& path, const LoadOptions& options) {
  const ErrorScope scope(place());
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored) && LegacyFile::is_hdf5(formats::MappedFile(path).bytes()))
    return LegacyFile::open(path, options.memory_map);
  return KerasArchive::open(path, {.max_ratio = options.max_ratio, .memory_map = options.memory_map});
}

AnyFile open(std::span<const std::byte> file, const LoadOptions& options, const std::string& name) {
  const ErrorScope scope(place());
  if (LegacyFile::is_hdf5(file)) return LegacyFile::of(file, name);
  return KerasArchive::of(file, name, options.max_ratio);
}

std::unique_ptr<Model> load(const AnyFile& file, const LoadOptions& options) {
  return std::visit([&](const auto& one) { return load(one, options); }, file);
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
