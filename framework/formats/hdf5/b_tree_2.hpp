#pragma once
// Internal: B-trees of version 2, the index of new groups, of attributes and of chunks.
#include <cstdint>
#include <functional>

#include <cornu/framework/formats/hdf5/input.hpp>

namespace cornu::formats::hdf5 {

enum class BTree2 : std::uint8_t {
  huge_objects = 1,
  link_names = 5,
  attribute_names = 8,
  chunks = 10,
  filtered_chunks = 11
};

/// Calls `visit` for each record, not in their order. Throws FileError for a damaged tree, wrong checksums, one in
/// which a node has several parents, and more than 16 levels.
void visit_b_tree_2(const Input& input, std::uint64_t address, BTree2 kind, const std::function<void(Bytes)>& visit);

}  // namespace cornu::formats::hdf5
