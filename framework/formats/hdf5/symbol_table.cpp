#include <fmt/format.h>

#include <unordered_set>

#include <cornu/framework/formats/hdf5/b_tree_1.hpp>
#include <cornu/framework/formats/hdf5/links.hpp>

namespace cornu::formats::hdf5 {

namespace {

constexpr std::uint64_t heap_bytes = 32, node_prefix = 8, symbol_bytes = 40, key_bytes = 8;
constexpr std::uint32_t is_soft_link = 2;

/// The names of an old group, each with a zero behind it.
class LocalHeap {
 public:
  LocalHeap(const Input& input, std::uint64_t address) : input_(input) {
    Cursor cursor = block_at(input, address, heap_bytes, "HEAP", "a local heap");
    cursor.expect_version(0);
    cursor.skip(3);
    const std::uint64_t length = cursor.u64();
    cursor.skip(8);
    text_ = text_of(input.at(cursor.u64(), length, "the text of a local heap"));
  }

  std::string_view name_at(std::uint64_t offset) const {
    if (offset >= text_.size()) input_.refuse("the name of a link lies outside its heap");
    const std::string_view rest = text_.substr(static_cast<std::size_t>(offset), longest_name + 1);
    const std::size_t length = rest.find('\0');
    if (length == std::string_view::npos)
      input_.refuse(fmt::format("the name of a link has no end, or more than {} bytes", longest_name));
    return rest.substr(0, length);
  }

 private:
  const Input& input_;
  std::string_view text_;
};

Link read_symbol(Cursor& cursor, const LocalHeap& heap) {
  Link link;
  link.name = heap.name_at(cursor.u64());
  link.address = cursor.u64();
  if (cursor.u32() == is_soft_link) link.kind = LinkKind::soft;
  cursor.skip(20);
  return link;
}

void read_node(const Input& input, std::uint64_t address, const LocalHeap& heap, std::vector<Link>& links) {
  Cursor prefix = block_at(input, address, node_prefix, "SNOD", "a symbol table node");
  prefix.expect_version(1);
  prefix.skip(1);
  const std::uint64_t count = prefix.u16();
  Cursor cursor(input, input.at(address + node_prefix, count * symbol_bytes, "a symbol table node"), "a symbol");
  for (std::uint64_t i = 0; i < count; ++i) links.push_back(read_symbol(cursor, heap));
}

}  // namespace

void read_symbol_table(const Input& input, Bytes message, std::vector<Link>& links) {
  Cursor cursor(input, message, "the symbol table message");
  const std::uint64_t tree = cursor.u64();
  const LocalHeap heap(input, cursor.u64());
  std::unordered_set<std::uint64_t> seen;
  visit_b_tree_1(input, tree, BTree1::group, key_bytes, [&](Bytes, std::uint64_t node) {
    if (!seen.insert(node).second) input.refuse("a symbol table node has several parents");
    read_node(input, node, heap, links);
  });
}

}  // namespace cornu::formats::hdf5
