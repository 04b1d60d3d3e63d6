#pragma once
// Internal: all objects of an HDF5 file as a tree.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <cornu/framework/formats/hdf5/file_parts.hpp>
#include <cornu/framework/formats/hdf5/global_heap.hpp>
#include <cornu/framework/formats/hdf5/input.hpp>
#include <cornu/framework/formats/hdf5/object_header.hpp>

namespace cornu::formats::hdf5 {

enum class NodeKind : std::uint8_t { group, dataset, soft_link, external_link, other };

/// An object under one of its names. A group's children stand one behind the other, in the order of their names.
struct Node {
  std::string_view name;  ///< in the file's bytes; empty for the root
  std::uint64_t address = undefined_address;
  std::uint32_t parent = 0, first_child = 0, children = 0;
  std::uint16_t depth = 0;
  NodeKind kind = NodeKind::other;
};

/// The bytes, and the tree that is made of them when they are opened, level by level.
class Document {
 public:
  /// Throws FileError for a damaged file, more objects or deeper groups than the limits allow, and a group that is
  /// linked twice (into itself, for example). A dataset may be.
  /// With `file`, of which the bytes are a part, tensors may be parts of it.
  Document(Bytes bytes, std::string name, const Hdf5Limits& limits, SharedFile file = nullptr);
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  const Node& node(std::uint32_t number) const { return nodes_[number]; }
  /// "/", "/layers/dense", …
  std::string path_of(std::uint32_t number) const;
  /// Reads on behalf of an object: errors name it.
  Input input_for(std::uint32_t number) const;
  /// The object at a path from another one; nothing when there is none.
  std::optional<std::uint32_t> find(std::uint32_t from, std::string_view path) const;
  /// The header of a group or dataset. Throws FileError, with the reason, for other objects.
  ObjectHeader header(std::uint32_t number) const;

  FileParts& parts() const { return parts_; }
  GlobalHeap& strings() const { return strings_; }

 private:
  std::uint32_t child(std::uint32_t group, std::string_view name) const;
  void visit(std::uint32_t number);
  void expand(std::uint32_t number, const Input& input, const ObjectHeader& header);

  Bytes bytes_;
  std::string name_;
  Hdf5Limits limits_;
  std::vector<Node> nodes_;
  std::unordered_map<std::uint64_t, std::uint32_t> first_names_;  // address to node; emptied once the tree stands
  mutable GlobalHeap strings_;
  mutable FileParts parts_;
};

}  // namespace cornu::formats::hdf5
