#include <cornu/framework/formats/hdf5/links.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <cornu/framework/formats/hdf5/b_tree_2.hpp>
#include <cornu/framework/formats/hdf5/fractal_heap.hpp>

namespace cornu::formats::hdf5 {

namespace {

constexpr std::uint64_t hash_bytes = 4;

LinkKind link_kind(const Cursor& cursor, unsigned kind) {
  if (kind == 0) return LinkKind::hard;
  if (kind == 1) return LinkKind::soft;
  if (kind == 64) return LinkKind::external;
  cursor.refuse(fmt::format("is of the unknown kind {}", kind));
}

Link read_link(const Input& input, Bytes message) {
  Cursor cursor(input, message, "a link message");
  cursor.expect_version(1);
  const std::uint8_t flags = cursor.u8();
  Link link;
  if ((flags & 0x08) != 0) link.kind = link_kind(cursor, cursor.u8());
  if ((flags & 0x04) != 0) cursor.skip(8);  // order of creation
  if ((flags & 0x10) != 0) cursor.skip(1);  // ASCII or UTF-8
  link.name = text_of(cursor.take(cursor.number(std::size_t{1} << (flags & 3))));
  if (link.name.size() > longest_name)
    cursor.refuse(fmt::format("has a name of {} bytes; expected at most {}", link.name.size(), longest_name));
  if (link.kind == LinkKind::hard) link.address = cursor.u64();
  return link;
}

// Links that do not fit in the header lie in a heap; a tree, sorted by the hashes of their names, knows their ids.
void read_dense_links(const Input& input, Bytes message, std::vector<Link>& links) {
  Cursor cursor(input, message, "the link info message");
  cursor.expect_version(0);
  if ((cursor.u8() & 1) != 0) cursor.skip(8);  // order of creation
  const std::uint64_t heap_address = cursor.u64();
  if (heap_address == undefined_address) return;
  FractalHeap heap(input, heap_address);
  visit_b_tree_2(input, cursor.u64(), BTree2::link_names, [&](Bytes record) {
    Cursor id(input, record, "the record of a link");
    id.skip(hash_bytes);
    links.push_back(read_link(input, heap.object(id.take(heap.id_bytes()))));
  });
}

void require_names(const Input& input, const std::vector<Link>& links) {
  for (std::size_t i = 0; i < links.size(); ++i) {
    const std::string_view name = links[i].name;
    if (name.empty() || name == "." || name.find_first_of(std::string_view("/\0", 2)) != std::string_view::npos)
      input.refuse(fmt::format("the name of a link is not one; got '{}'", name));
    if (i > 0 && links[i - 1].name == name) input.refuse(fmt::format("two links have the name '{}'", name));
  }
}

}  // namespace

bool is_group(const ObjectHeader& header) {
  return header.has(MessageType::symbol_table) || header.has(MessageType::link_info) || header.has(MessageType::link);
}

std::vector<Link> read_links(const Input& input, const ObjectHeader& header) {
  std::vector<Link> links;
  for (const Message& message : header.messages()) {
    if (message.type == MessageType::link) links.push_back(read_link(input, message.body));
    if (message.type == MessageType::link_info) read_dense_links(input, message.body, links);
    if (message.type == MessageType::symbol_table) read_symbol_table(input, message.body, links);
  }
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) { return a.name < b.name; });
  require_names(input, links);
  return links;
}

}  // namespace cornu::formats::hdf5
