#include <cornu/framework/saving/legacy_file.hpp>

#include <fmt/core.h>

#include <set>
#include <string_view>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/formats/looks_like.hpp>

namespace cornu::detail {

namespace {

using formats::Hdf5Object;

// Lists that an object header has no room for are in parts: layer_names0, layer_names1, …
std::vector<std::string> all_names(const Hdf5Object& group, const std::string& attribute) {
  if (auto whole = group.strings_attribute(attribute)) return std::move(*whole);
  std::vector<std::string> all;
  for (int part = 0;; ++part) {
    const auto more = group.strings_attribute(fmt::format("{}{}", attribute, part));
    if (!more) return all;
    all.insert(all.end(), more->begin(), more->end());
  }
}

// A name that stood there twice would be read twice, and a small file could name one array a million times.
std::vector<std::string> names_at(const Hdf5Object& group, const std::string& attribute) {
  std::vector<std::string> names = all_names(group, attribute);
  std::set<std::string_view> seen;
  for (const std::string& name : names)
    if (!seen.insert(name).second)
      throw FileError("load_model", fmt::format("the attribute {} of '{}' has '{}' twice; expected each name once",
                                                attribute, group.path(), shown(name)));
  return names;
}

std::vector<LegacyArray> arrays_of(const Hdf5Object& group) {
  std::vector<LegacyArray> arrays;
  for (std::string& name : names_at(group, "weight_names")) {
    formats::Hdf5Dataset data = group.at(name).dataset();
    arrays.push_back({std::move(name), std::move(data)});
  }
  return arrays;
}

}  // namespace

LegacyFile::LegacyFile(std::string name, formats::SharedFile file, std::span<const std::byte> bytes,
                       formats::Hdf5File hdf5)
    : name_(std::move(name)), file_(std::move(file)), bytes_(bytes), hdf5_(std::move(hdf5)) {}

bool LegacyFile::is_hdf5(std::span<const std::byte> bytes) { return formats::looks_like(bytes) == "an HDF5 file"; }

LegacyFile LegacyFile::open(const std::string& path, bool memory_map) {
  const auto file = std::make_shared<const formats::MappedFile>(path);
  const std::span<const std::byte> bytes = file->bytes();
  return {path, file, bytes,
          memory_map ? formats::Hdf5File(bytes, path, formats::SharedFile(file)) : formats::Hdf5File(bytes, path)};
}

LegacyFile LegacyFile::of(std::span<const std::byte> bytes, const std::string& name) {
  return {name, nullptr, bytes, formats::Hdf5File(bytes, name)};
}

Hdf5Object LegacyFile::weights() const {
  const auto group = root().find("model_weights");
  return group ? *group : root();
}

bool LegacyFile::has_layers() const {
  const Hdf5Object group = weights();
  return group.has_attribute("layer_names") || group.has_attribute("layer_names0");
}

std::string LegacyFile::model_config() const {
  if (auto config = root().string_attribute("model_config")) return std::move(*config);
  const bool is_weights = has_layers() || root().find("layers") || root().find("_layer_checkpoint_dependencies");
  throw FileError("load_model", fmt::format("'{}' has no model; got {}; expected an HDF5 file with the attribute "
                                            "model_config{}",
                                            name_, is_weights ? "weights alone" : "an HDF5 file of another kind",
                                            is_weights ? "; make the model and load_weights() into it" : ""));
}

bool LegacyFile::is_of_keras3() const {
  const auto version = root().string_attribute("keras_version");
  return version && version->starts_with("3.");
}

std::vector<LegacyLayer> LegacyFile::layers() const {
  const Hdf5Object group = weights();
  std::vector<LegacyLayer> layers;
  for (std::string& name : names_at(group, "layer_names")) {
    std::vector<LegacyArray> arrays = arrays_of(group.at(name));
    layers.push_back({std::move(name), std::move(arrays)});
  }
  return layers;
}

std::vector<LegacyArray> LegacyFile::optimizer_arrays() const {
  const auto group = root().find("optimizer_weights");
  return group ? arrays_of(*group) : std::vector<LegacyArray>();
}

}  // namespace cornu::detail
