// Model::load_weights.
#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/saving/checkpoint.hpp>
#include <cornu/framework/saving/keras_archive.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include <cornu/framework/saving/optimizer_file.hpp>
#include <cornu/framework/saving/resume_file.hpp>
#include <cornu/framework/saving/weights_file.hpp>

namespace cornu {

namespace {

void read(const detail::WeightSource& source, const Model& model, LoadReport& report) {
  detail::Assignments assignments;
  detail::read_weights(source, model, assignments, report);
  if (model.is_compiled() && source.find("optimizer")) detail::read_optimizer(source, model, assignments, report);
  assignments.run();
}

}  // namespace

void Model::load_weights(const std::string& path, LoadReport* report) {
  if (!built())
    throw StateError("load_weights",
                     "the model has no weights yet; build it, or call it on data, before weights are read");
  static const std::string name = "load_weights";
  const ErrorScope scope(name);
  LoadReport all;
  if (path.ends_with(".keras")) {
    const detail::KerasArchive archive = detail::KerasArchive::open(path);
    read(detail::WeightSource(archive.weights(), archive.weights_name()), *this, all);
  } else {
    read(detail::WeightSource::open(path), *this, all);
  }
  if (report) *report = std::move(all);
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
  read(source, model, report);
  read_resume_state(group, model, report);
  return std::move(*state);
}

}  // namespace cornu
