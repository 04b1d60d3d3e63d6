#include <cornu/framework/saving/weight_source.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/formats/json/parse.hpp>
#include <cornu/framework/registry/config_view.hpp>

namespace cornu::detail {

using formats::Hdf5Object;

std::size_t WeightGroup::size() const {
  std::size_t size = 0;
  for (const Hdf5Object& part : parts_) size += part.children().size();
  return size;
}

std::optional<formats::Hdf5Dataset> WeightGroup::array(std::size_t number) const {
  for (const Hdf5Object& part : parts_)
    if (const auto found = part.find(std::to_string(number))) return found->dataset();
  return std::nullopt;
}

std::optional<std::string> WeightGroup::name() const {
  for (const Hdf5Object& part : parts_)
    if (auto name = part.string_attribute("name")) return name;
  return std::nullopt;
}

WeightSource::WeightSource(std::span<const std::byte> bytes, const std::string& name, const formats::SharedFile& file) {
  files_.emplace_back(bytes, name, file);
}

void WeightSource::add(const std::string& path) {
  mapped_.push_back(std::make_unique<formats::MappedFile>(path));
  files_.emplace_back(mapped_.back()->bytes(), path);
}

namespace {

// A shard lies beside its index: a name with a folder in it could be any file.
void require_plain_name(const ConfigView& name) {
  if (name.as_string().find_first_of("/\\") != std::string::npos || name.as_string().empty() ||
      name.as_string().starts_with('.'))
    name.refuse("the name of a file in the same folder");
}

// Each value of the map is a file name, or a list of them.
std::set<std::string> shards_of(const ConfigView& index) {
  std::set<std::string> names;
  const auto take = [&](const ConfigView& name) {
    require_plain_name(name);
    names.insert(name.as_string());
  };
  for (const auto& [group, files] : index.at("weight_map").members()) {
    if (!files.is_list()) {
      take(files);
      continue;
    }
    for (const ConfigView& file : files.items()) take(file);
  }
  return names;
}

}  // namespace

WeightSource WeightSource::open(const std::string& path) {
  WeightSource source;
  if (!path.ends_with(".json")) {
    source.add(path);
    return source;
  }
  const Config index = formats::parse_json(read_text_file(path, formats::JsonLimits().bytes), path);
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  for (const std::string& shard : shards_of(ConfigView(index, "load_weights", path, "index")))
    source.add((folder / shard).string());
  if (source.files_.empty())
    throw FileError("load_weights", fmt::format("'{}' names no shards; expected one or more in weight_map", path));
  return source;
}

WeightGroup WeightSource::vars(const std::string& path) const {
  std::vector<Hdf5Object> parts;
  const std::string group = (path.empty() ? "" : path.substr(1) + "/") + "vars";
  for (const formats::Hdf5File& file : files_)
    if (auto part = file.find(group); part && part->is_group()) parts.push_back(std::move(*part));
  return WeightGroup(std::move(parts));
}

std::optional<Hdf5Object> WeightSource::find(const std::string& path) const {
  for (const formats::Hdf5File& file : files_)
    if (auto found = file.find(path)) return found;
  return std::nullopt;
}

std::vector<Hdf5Object> WeightSource::roots() const {
  std::vector<Hdf5Object> all;
  for (const formats::Hdf5File& file : files_) all.push_back(file.root());
  return all;
}

void WeightSource::visit_groups(const std::function<void(const std::string& path)>& visit) const {
  for (const formats::Hdf5File& file : files_) {
    std::vector<Hdf5Object> open{file.root()};
    while (!open.empty()) {
      const Hdf5Object group = std::move(open.back());
      open.pop_back();
      const auto children = group.children();
      const bool has_arrays =
          std::any_of(children.begin(), children.end(), [](const auto& c) { return c.is_dataset(); });
      if (has_arrays) visit(group.path());
      for (auto child = children.rbegin(); child != children.rend(); ++child)
        if (child->is_group()) open.push_back(*child);
    }
  }
}

}  // namespace cornu::detail
