// Model::save and Model::save_weights.
#include <fmt/core.h>

#include <ctime>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/base/version.hpp>
#include <cornu/framework/formats/hdf5/writer.hpp>
#include <cornu/framework/formats/zip/writer.hpp>
#include <cornu/framework/model/model_config.hpp>
#include <cornu/framework/saving/checkpoint.hpp>
#include <cornu/framework/saving/compile_from_config.hpp>
#include <cornu/framework/saving/load_report.hpp>
#include <cornu/framework/saving/optimizer_file.hpp>
#include <cornu/framework/saving/resume_file.hpp>
#include <cornu/framework/saving/weights_file.hpp>

namespace cornu {

namespace {

constexpr const char* keras_version = "3.15.1";  // whose format this is

void require_ending(const char* where, const std::string& path, std::string_view ending) {
  if (!path.ends_with(ending))
    throw ValueError(where, fmt::format("the file's kind is told by its name; got '{}'; expected it to end with '{}'",
                                        path, ending));
}

// A file cannot hold code: a lambda could not be read again.
void require_named_functions(const Config& object) {
  const std::vector<std::string> places = unnamed_functions(object, "config");
  if (!places.empty())
    throw ValueError("save",
                     fmt::format("a function without a name cannot be saved; got {} of them, the first at {}; make "
                                 "it a class and register_class() it, or save_weights()",
                                 places.size(), places.front()));
}

// Classes that Keras does not have, and what stands beside a config, by their places.
void add_what_keras_lacks(const Config& value, const std::string& place, LoadReport& report) {
  if (value.is_list())
    for (std::size_t i = 0; i < value.as_list().size(); ++i)
      add_what_keras_lacks(value.as_list()[i], fmt::format("{}[{}]", place, i), report);
  if (!value.is_object()) return;
  for (const auto& [key, member] : value.as_object()) {
    if (key == "registered_name" && member.is_string() && member.as_string().find('>') != std::string::npos)
      report.add(place, fmt::format("Keras opens the file when a class is registered as {}", member.as_string()));
    if (key == "cornu" && member.is_object())
      for (const auto& [option, setting] : member.as_object())
        report.add(place, fmt::format("Keras does without {} = {}", option, setting.to_json()));
    add_what_keras_lacks(member, fmt::format("{}.{}", place, key), report);
  }
}

void require_built(const char* where, const Model& model) {
  if (!model.built())
    throw StateError(where, "the model has no weights yet; build it, or call it on data, before it is saved");
}

std::string metadata() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  char date[32];
  const std::size_t length = std::strftime(date, sizeof date, "%Y-%m-%d@%H:%M:%S", &parts);
  return Config::object({{"keras_version", keras_version},
                         {"date_saved", std::string(date, length)},
                         {"cornu_version", CORNU_VERSION}})
      .to_json();
}

Config object_of(const Model& model) {
  Config object = detail::layer_or_model_to_config(model);
  return object.set("compile_config", detail::compile_config_of(model));
}

formats::Hdf5Writer weights_of(const Model& model, const std::string& name) {
  formats::Hdf5Writer writer(name);
  detail::write_weights(writer, model);
  if (model.is_compiled()) detail::write_optimizer(writer, model);
  return writer;
}

std::vector<std::span<const std::byte>> parts_of(const formats::Hdf5Image& image) {
  std::vector<std::span<const std::byte>> parts;
  for (const std::string_view part : image.parts()) parts.push_back(formats::as_part(part));
  return parts;
}

}  // namespace

namespace {

void write_keras_file(const Model& model, const std::string& path, const detail::TrainingState* state,
                      LoadReport* report) {
  static const std::string name = "save";
  const ErrorScope scope(name);
  require_ending("save", path, ".keras");
  require_built("save", model);
  const Config object = object_of(model);
  require_named_functions(object);
  const std::string config = object.to_json(), about = metadata();
  formats::Hdf5Writer writer = weights_of(model, path + "/model.weights.h5");
  detail::write_resume_state(writer, model);
  if (state) detail::write_training_state(writer, *state);
  const formats::Hdf5Image weights = writer.finish();
  constexpr std::size_t cache_line = 64;  // so that tables can be used where they lie
  formats::write_zip(path, {{.name = "metadata.json", .parts = {formats::as_part(about)}},
                            {.name = "config.json", .parts = {formats::as_part(config)}},
                            {.name = "model.weights.h5",
                             .parts = parts_of(weights),
                             .modified = formats::DosTime::of(std::time(nullptr)),
                             .alignment = cache_line}});
  if (report) add_what_keras_lacks(object, "config", *report);
}

}  // namespace

void Model::save(const std::string& path, LoadReport* report) const { write_keras_file(*this, path, nullptr, report); }

void detail::write_checkpoint(const Model& model, const std::string& path, const TrainingState& state) {
  write_keras_file(model, path, &state, nullptr);
}

void Model::save_weights(const std::string& path) const {
  static const std::string name = "save_weights";
  const ErrorScope scope(name);
  require_ending("save_weights", path, ".weights.h5");
  require_built("save_weights", *this);
  const formats::Hdf5Image weights = weights_of(*this, path).finish();
  make_whole_file(path, [&](const WriteAt& write) {
    std::uint64_t offset = 0;
    for (const auto part : parts_of(weights)) {
      write(offset, part);
      offset += part.size();
    }
  });
}

}  // namespace cornu
