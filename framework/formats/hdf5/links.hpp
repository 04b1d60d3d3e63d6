#pragma once
// Internal: the links of a group.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <cornu/framework/formats/hdf5/input.hpp>
#include <cornu/framework/formats/hdf5/object_header.hpp>

namespace cornu::formats::hdf5 {

enum class LinkKind : std::uint8_t { hard, soft, external };

struct Link {
  std::string_view name;  ///< in the file's bytes
  LinkKind kind = LinkKind::hard;
  std::uint64_t address = undefined_address;  ///< of the object header, for a hard link
};

/// Whether that is the header of a group, old or new.
bool is_group(const ObjectHeader& header);

/// No name is longer, in bytes.
inline constexpr std::size_t longest_name = 4096;

/// The links of a group in the order of their names, kept in a symbol table, in the header or in a fractal heap.
/// Throws FileError for damaged ones, names that are empty, ".", too long or twice there or have a '/', and kinds of
/// links that are not known.
std::vector<Link> read_links(const Input& input, const ObjectHeader& header);

/// Appends the links of an old group: a B-tree over nodes of symbols, whose names lie in a local heap.
void read_symbol_table(const Input& input, Bytes message, std::vector<Link>& links);

}  // namespace cornu::formats::hdf5
