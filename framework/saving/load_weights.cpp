#include <fmt/core.h>

#include <filesystem>
#include <optional>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/mapped_file.hpp>
#include <cornu/framework/saving/checkpoint.hpp>
#include <cornu/framework/saving/keras_archive.hpp>
#include <cornu/framework/saving/legacy_weights.hpp>
#include <cornu/framework/saving/optimizer_file.hpp>
#include <cornu/framework/saving/resume_file.hpp>
#include <cornu/framework/saving/weights_file.hpp>

namespace cornu {

namespace {

bool is_plain(const LoadWeightsOptions& options) { return !options.by_name && !options.skip_mismatch; }

void read(const detail::WeightSource& source, const Model& model, const LoadWeightsOptions& options,
          LoadReport& report) {
  detail::Assignments assignments;
  detail::read_weights(source, model, options, assignments, report);
  if (model.is_compiled() && is_plain(options) && source.find("optimizer"))
    detail::read_optimizer(source, model, assignments, report);
  assignments.run();
}

void require_built(const Model& model) {
  if (!model.built())
    throw StateError("load_weights",
                     "the model has no weights yet; build it, or call it on data, before weights are read");
}

const std::string& name_of_this() {
  static const std::string name = "load_weights";
  return name;
}

// A file of the older form; nothing for any other.
std::optional<detail::LegacyFile> legacy_file(const std::string& path) {
  std::error_code ignored;
  if (path.ends_with(".json") || std::filesystem::is_directory(path, ignored)) return std::nullopt;
  if (!detail::LegacyFile::is_hdf5(formats::MappedFile(path).bytes())) return std::nullopt;
  detail::LegacyFile file = detail::LegacyFile::open(path, false);
  return file.has_layers() ? std::optional(std::move(file)) : std::nullopt;
}

void read(const detail::LegacyFile& file, const Model& model, const LoadWeightsOptions& options, LoadReport& report) {
  detail::Assignments assignments;
  const auto weights = detail::read_legacy_weights(file, model, options, assignments, report);
  if (model.is_compiled() && is_plain(options) && file.has_optimizer())
    detail::read_legacy_optimizer(file, model, weights, assignments, report);
  assignments.run();
}

void refuse_by_name(const std::string& path) {
  throw ValueError("load_weights", fmt::format("by_name is for .h5 files, whose layers have names; got '{}'; leave it "
                                               "out, since the layers of other files go by their place in the model",
                                               path));
}

}  // namespace

void Model::load_weights(const std::string& path, const LoadWeightsOptions& options) {
  require_built(*this);
  const ErrorScope scope(name_of_this());
  LoadReport all;
  if (const auto file = legacy_file(path)) {
    read(*file, *this, options, all);
  } else if (options.by_name) {
    refuse_by_name(path);
  } else if (path.ends_with(".keras")) {
    const detail::KerasArchive archive = detail::KerasArchive::open(path);
    read(detail::WeightSource(archive.weights(), archive.weights_name()), *this, options, all);
  } else {
    read(detail::WeightSource::open(path), *this, options, all);
  }
  if (options.report) *options.report = std::move(all);
}

detail::TrainingState detail::read_checkpoint(Model& model, const std::string& path) {
  static const std::string name = "BackupAndRestore";
  const ErrorScope scope(name);
  const KerasArchive archive = KerasArchive::open(path);
  const WeightSource source(archive.weights(), archive.weights_name());
  const auto group = source.find("cornu");
  auto state = group ? read_training_state(*group) : std::nullopt;
  if (!state)
    throw FileError("BackupAndRestore", fmt::format("'{}' does not say at which epoch training is to go on; expected a "
                                                    "file that BackupAndRestore wrote",
                                                    path));
  LoadReport report;
  read(source, model, {}, report);
  read_resume_state(group, model, report);
  return std::move(*state);
}

}  // namespace cornu
