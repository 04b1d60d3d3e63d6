#pragma once
// Internal: B-trees of version 1, the index of old groups and of chunks.
#include <cstdint>
#include <functional>

#include <cornu/framework/formats/hdf5/input.hpp>

namespace cornu::formats::hdf5 {

enum class BTree1 : std::uint8_t { group, chunks };

/// Calls `visit` for each child of the leaves with the key in front of it, which has `key_bytes`; the order is not that
/// of the keys. Throws FileError for a damaged tree, one in which a node has several parents, and more than 16 levels.
void visit_b_tree_1(const Input& input, std::uint64_t address, BTree1 kind, std::uint64_t key_bytes,
                    const std::function<void(Bytes key, std::uint64_t child)>& visit);

}  // namespace cornu::formats::hdf5
