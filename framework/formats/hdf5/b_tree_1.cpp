#include <cornu/framework/formats/hdf5/b_tree_1.hpp>

#include <fmt/format.h>

#include <unordered_set>
#include <vector>

namespace cornu::formats::hdf5 {

namespace {

constexpr std::string_view what = "a B-tree node";
constexpr std::uint64_t node_prefix = 24;
constexpr unsigned max_levels = 16;

struct Node {
  std::uint64_t address;
  unsigned level;
};

unsigned level_of(const Input& input, std::uint64_t address) {
  const auto level = Cursor(input, input.at(address, node_prefix, what).subspan(5), what).u8();
  if (level >= max_levels)
    input.refuse(fmt::format("{} has level {}; expected at most {}", what, level, max_levels - 1));
  return level;
}

}  // namespace

void visit_b_tree_1(const Input& input, std::uint64_t address, BTree1 kind, std::uint64_t key_bytes,
                    const std::function<void(Bytes key, std::uint64_t child)>& visit) {
  std::unordered_set<std::uint64_t> seen{address};
  std::vector<Node> todo{{address, level_of(input, address)}};
  while (!todo.empty()) {
    const Node node = todo.back();
    todo.pop_back();
    Cursor cursor = block_at(input, node.address, node_prefix, "TREE", what);
    if (cursor.u8() != static_cast<std::uint8_t>(kind)) cursor.refuse("is of another kind than its owner");
    if (cursor.u8() != node.level) cursor.refuse("has a level that does not fit its parent");
    const std::uint64_t children = cursor.u16();
    Cursor entries(input, input.at(node.address + node_prefix, children * (key_bytes + 8), what), what);
    for (std::uint64_t i = 0; i < children; ++i) {
      const Bytes key = entries.take(key_bytes);
      const std::uint64_t child = entries.u64();
      if (node.level == 0) {
        visit(key, child);
        continue;
      }
      if (!seen.insert(child).second) cursor.refuse("has several parents");
      todo.push_back({child, node.level - 1});
    }
  }
}

}  // namespace cornu::formats::hdf5
