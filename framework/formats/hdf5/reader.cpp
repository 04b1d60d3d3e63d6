#include <cornu/framework/formats/hdf5/reader.hpp>

#include <fmt/format.h>

#include <utility>

#include <cornu/framework/formats/hdf5/document.hpp>
#include <cornu/framework/formats/hdf5/object_header.hpp>

namespace cornu::formats {

Hdf5File::Hdf5File(std::span<const std::byte> bytes, std::string name, const Hdf5Limits& limits)
    : document_(std::make_shared<const hdf5::Document>(bytes, std::move(name), limits)) {}
Hdf5File::Hdf5File(std::span<const std::byte> bytes, std::string name, SharedFile file, const Hdf5Limits& limits)
    : document_(std::make_shared<const hdf5::Document>(bytes, std::move(name), limits, std::move(file))) {}

Hdf5Object Hdf5File::root() const { return Hdf5Object(document_, 0); }

Hdf5Object::Hdf5Object(std::shared_ptr<const hdf5::Document> document, std::uint32_t node)
    : document_(std::move(document)), node_(node) {}

std::string Hdf5Object::name() const { return std::string(document_->node(node_).name); }
std::string Hdf5Object::path() const { return document_->path_of(node_); }

Hdf5Kind Hdf5Object::kind() const {
  const hdf5::NodeKind kind = document_->node(node_).kind;
  if (kind == hdf5::NodeKind::group) return Hdf5Kind::group;
  return kind == hdf5::NodeKind::dataset ? Hdf5Kind::dataset : Hdf5Kind::other;
}

std::vector<Hdf5Object> Hdf5Object::children() const {
  const hdf5::Node& node = document_->node(node_);
  std::vector<Hdf5Object> children;
  for (std::uint32_t i = 0; i < node.children; ++i) children.push_back(Hdf5Object(document_, node.first_child + i));
  return children;
}

std::optional<Hdf5Object> Hdf5Object::find(std::string_view path) const {
  const auto node = document_->find(node_, path);
  return node ? std::optional(Hdf5Object(document_, *node)) : std::nullopt;
}

Hdf5Object Hdf5Object::at(std::string_view path) const {
  if (const auto found = find(path)) return *found;
  std::string names;
  for (const Hdf5Object& child : children()) {
    if (names.size() > 200) break;
    names += (names.empty() ? "" : ", ") + child.name();
  }
  document_->input_for(node_).refuse(
      fmt::format("'{}' is missing; the group has: {}", path, names.empty() ? "nothing" : names));
}

Hdf5Dataset Hdf5Object::dataset() const {
  if (is_group()) document_->input_for(node_).refuse("is a group; expected a dataset");
  return Hdf5Dataset(document_, node_);
}

}  // namespace cornu::formats
