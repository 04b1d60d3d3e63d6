#include <cornu/framework/formats/hdf5/b_tree_2.hpp>

#include <fmt/format.h>

#include <bit>
#include <unordered_set>
#include <vector>

namespace cornu::formats::hdf5 {

namespace {

constexpr std::string_view header_name = "a B-tree's header", node_name = "a B-tree node";
constexpr std::uint64_t header_bytes = 38, node_prefix = 6, checksum_bytes = 4;
constexpr std::size_t max_depth = 16;

/// In how many bytes numbers up to `largest` are written.
std::uint64_t bytes_for(std::uint64_t largest) { return largest == 0 ? 1 : (std::bit_width(largest) + 7U) / 8U; }

/// A child of an inner node: how many records it has, and how many it and all below it.
struct Node {
  std::uint64_t address;
  std::uint64_t records;
  std::size_t depth;  // 0: a leaf
};

class Tree {
 public:
  Tree(const Input& input, std::uint64_t address, BTree2 kind) : input_(input), kind_(static_cast<std::uint8_t>(kind)) {
    Cursor cursor = checked_block_at(input, address, header_bytes, "BTHD", header_name);
    cursor.expect_version(0);
    if (cursor.u8() != kind_) cursor.refuse("is of another kind than its owner");
    node_bytes_ = cursor.u32();
    record_bytes_ = cursor.u16();
    root_.depth = cursor.u16();
    cursor.skip(2);
    root_.address = cursor.u64();
    root_.records = cursor.u16();
    if (root_.depth >= max_depth) cursor.refuse(fmt::format("has {} levels below the root", root_.depth));
    if (record_bytes_ == 0) cursor.refuse("has records of 0 bytes");
    measure(cursor);
  }

  void visit(const std::function<void(Bytes)>& visit_record) {
    if (root_.address == undefined_address) return;
    std::unordered_set<std::uint64_t> seen{root_.address};
    std::vector<Node> todo{root_};
    while (!todo.empty()) {
      const Node node = todo.back();
      todo.pop_back();
      Cursor cursor = open(node);
      for (std::uint64_t i = 0; i < node.records; ++i) visit_record(cursor.take(record_bytes_));
      for (std::uint64_t i = 0; node.depth > 0 && i <= node.records; ++i) {
        todo.push_back(child(cursor, node.depth));
        if (!seen.insert(todo.back().address).second) cursor.refuse("has several parents");
      }
    }
  }

 private:
  // Numbers of records take as many bytes as the largest possible one needs, which follows from the sizes of the nodes.
  void measure(const Cursor& cursor) {
    if (node_bytes_ < node_prefix + checksum_bytes + record_bytes_) cursor.refuse("has nodes too small for a record");
    const std::uint64_t room = node_bytes_ - node_prefix - checksum_bytes;
    std::uint64_t below = room / record_bytes_;  // records in a whole tree of that depth
    records_bytes_ = bytes_for(below);
    for (std::size_t depth = 1; depth <= root_.depth; ++depth) {
      total_bytes_.push_back(depth == 1 ? 0 : bytes_for(below));
      const std::uint64_t pointer = pointer_bytes(depth);
      if (room < pointer + record_bytes_) cursor.refuse("has nodes too small for a record");
      const std::uint64_t records = (room - pointer) / (record_bytes_ + pointer);
      below = input_.product(records + 1, below, "a B-tree") + records;
    }
  }
  std::uint64_t pointer_bytes(std::size_t depth) const { return 8 + records_bytes_ + total_bytes_[depth - 1]; }

  Cursor open(const Node& node) const {
    const std::uint64_t pointers = node.depth == 0 ? 0 : (node.records + 1) * pointer_bytes(node.depth);
    const std::uint64_t bytes = node_prefix + node.records * record_bytes_ + pointers + checksum_bytes;
    if (bytes > node_bytes_) input_.refuse("a B-tree node has more records than room");
    Cursor cursor = checked_block_at(input_, node.address, bytes, node.depth == 0 ? "BTLF" : "BTIN", node_name);
    cursor.expect_version(0);
    if (cursor.u8() != kind_) cursor.refuse("is of another kind than its tree");
    return cursor;
  }
  Node child(Cursor& cursor, std::size_t depth) const {
    const std::uint64_t address = cursor.u64(), records = cursor.number(static_cast<std::size_t>(records_bytes_));
    cursor.skip(total_bytes_[depth - 1]);
    return {address, records, depth - 1};
  }

  const Input& input_;
  std::uint8_t kind_;
  std::uint64_t node_bytes_ = 0, record_bytes_ = 0;
  std::uint64_t records_bytes_ = 0;         // of the number of records in a child
  std::vector<std::uint64_t> total_bytes_;  // of the number of all records below a child, by depth
  Node root_{};
};

}  // namespace

void visit_b_tree_2(const Input& input, std::uint64_t address, BTree2 kind, const std::function<void(Bytes)>& visit) {
  Tree(input, address, kind).visit(visit);
}

}  // namespace cornu::formats::hdf5
