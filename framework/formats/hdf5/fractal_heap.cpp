#include <cornu/framework/formats/hdf5/fractal_heap.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <vector>

#include <cornu/framework/formats/checksums_count.hpp>
#include <cornu/framework/formats/hdf5/b_tree_2.hpp>
#include <cornu/framework/formats/hdf5/checksum.hpp>

namespace cornu::formats::hdf5 {

namespace {

constexpr std::string_view what = "a fractal heap";
constexpr std::uint64_t header_bytes = 146, checksum_bytes = 4;

// Numbers up to `largest` are written in so many bytes; offsets below a power of two in as many as they need.
std::uint64_t bytes_up_to(std::uint64_t largest) { return (std::bit_width(largest) + 7U) / 8U; }
std::uint64_t bytes_below(std::uint64_t power_of_two) { return (std::bit_width(power_of_two) + 6U) / 8U; }

}  // namespace

FractalHeap::FractalHeap(const Input& input, std::uint64_t address) : input_(input) {
  const std::uint64_t filters = Cursor(input, input.at(address, header_bytes, what).subspan(7), what).u16();
  if (filters != 0) input.refuse("a fractal heap has filters, which is not supported");
  Cursor cursor = checked_block_at(input, address, header_bytes, "FRHP", what);
  cursor.expect_version(0);
  id_bytes_ = cursor.u16();
  cursor.skip(2);
  has_checksums_ = (cursor.u8() & 2) != 0;
  const std::uint64_t largest_managed = cursor.u32();
  cursor.skip(8);
  huge_tree_ = cursor.u64();
  cursor.skip(80);  // room, and numbers of objects
  read_table(cursor);
  length_bytes_ = std::min(bytes_below(largest_direct_), bytes_up_to(largest_managed));
}

void FractalHeap::read_table(Cursor& cursor) {
  width_ = cursor.u16();
  start_ = cursor.u64();
  largest_direct_ = cursor.u64();
  const unsigned bits = cursor.u16();
  cursor.skip(2);
  root_ = cursor.u64();
  root_rows_ = cursor.u16();
  const auto power_of_two = [](std::uint64_t n) { return std::has_single_bit(n) && n < std::uint64_t{1} << 32; };
  if (bits > 64 || !power_of_two(width_) || !power_of_two(start_) || !power_of_two(largest_direct_) ||
      largest_direct_ < start_)
    cursor.refuse("has blocks of impossible sizes");
  offset_bytes_ = (bits + 7U) / 8U;
  // No row reaches beyond the addresses that the heap has.
  if (root_rows_ > 1 && root_rows_ - 1U + static_cast<unsigned>(std::bit_width(start_ * width_)) > 64U)
    cursor.refuse(fmt::format("has {} rows, more than it has addresses for", root_rows_));
}

Bytes FractalHeap::object(Bytes id) {
  Cursor cursor(input_, id, "a fractal heap's id");
  const unsigned first = cursor.u8(), kind = first >> 4 & 3;
  if (first >> 6 != 0) cursor.refuse("has an unknown version");
  if (kind == 1) return huge(cursor.number(std::min<std::size_t>(cursor.rest().size(), 8)));
  if (kind == 2) return tiny(cursor, first);
  if (kind != 0) cursor.refuse("is of an unknown kind");
  const std::uint64_t offset = cursor.number(static_cast<std::size_t>(offset_bytes_));
  return managed(offset, cursor.number(static_cast<std::size_t>(length_bytes_)));
}

// Objects of a few bytes stand in the id itself.
Bytes FractalHeap::tiny(Cursor& cursor, unsigned first) const {
  std::uint64_t length = (first & 15) + 1;
  if (id_bytes_ > 17) length = ((first & 15) << 8 | cursor.u8()) + 1;
  return cursor.take(length);
}

// Objects too large for a block lie anywhere in the file, and a tree knows where.
Bytes FractalHeap::huge(std::uint64_t key) {
  if (!huge_is_read_ && huge_tree_ != undefined_address)
    visit_b_tree_2(input_, huge_tree_, BTree2::huge_objects, [&](Bytes record) {
      Cursor cursor(input_, record, "the record of a huge object");
      const std::uint64_t address = cursor.u64(), length = cursor.u64();
      huge_[cursor.u64()] = input_.at(address, length, "a huge object");
    });
  huge_is_read_ = true;
  const auto found = huge_.find(key);
  if (found == huge_.end()) input_.refuse("a fractal heap does not have the object of an id");
  return found->second;
}

Bytes FractalHeap::managed(std::uint64_t offset, std::uint64_t length) {
  const Block block = direct_block(offset);
  const Bytes bytes = verified_direct(block);
  return Cursor(input_, bytes.subspan(static_cast<std::size_t>(offset - block.offset)), "an object in a fractal heap")
      .take(length);
}

FractalHeap::Block FractalHeap::direct_block(std::uint64_t offset) {
  if (root_rows_ == 0) {
    if (offset >= start_) input_.refuse("an object lies behind the end of its fractal heap");
    return {root_, start_, 0};
  }
  Block block{root_, ~std::uint64_t{0}, 0};
  for (unsigned rows = root_rows_;; rows = rows_of(block.size)) {
    block = child_of(block, rows, offset);
    if (block.size <= largest_direct_) return block;
  }
}

// A block of a row is smaller than all rows above it together, so that each step has fewer rows than the last.
FractalHeap::Block FractalHeap::child_of(const Block& parent, unsigned rows, std::uint64_t offset) {
  const std::uint64_t in_block = offset - parent.offset;
  unsigned row = 0;
  while (row < rows && in_block - offset_of_row(row) >= size_of_row(row) * width_) ++row;
  if (row == rows) input_.refuse("an object lies behind the end of its fractal heap");
  const std::uint64_t column = (in_block - offset_of_row(row)) / size_of_row(row);
  const Bytes addresses =
      verified_indirect(parent, rows).subspan(static_cast<std::size_t>((row * width_ + column) * 8));
  const std::uint64_t address = Cursor(input_, addresses, what).u64();
  return {address, size_of_row(row), parent.offset + offset_of_row(row) + column * size_of_row(row)};
}

unsigned FractalHeap::rows_of(std::uint64_t size) const {
  if (size < start_ * width_) input_.refuse("a fractal heap has an indirect block without rows");
  return static_cast<unsigned>(std::bit_width(size) - std::bit_width(start_ * width_)) + 1;
}

// The addresses in an indirect block.
Bytes FractalHeap::verified_indirect(const Block& block, unsigned rows) {
  Bytes& known = verified_[block.address];
  const std::uint64_t addresses = rows * width_ * 8;
  if (known.empty()) {
    Cursor cursor = checked_block_at(input_, block.address, 13 + offset_bytes_ + addresses + checksum_bytes, "FHIB",
                                     "an indirect block of a fractal heap");
    cursor.expect_version(0);
    cursor.skip(8 + offset_bytes_);
    known = cursor.rest();
  }
  if (known.size() != addresses) input_.refuse("a block of a fractal heap has several sizes");
  return known;
}

// The whole direct block, whose checksum is made while its own bytes are zero.
Bytes FractalHeap::verified_direct(const Block& block) {
  Bytes& known = verified_[block.address];
  if (known.empty()) {
    constexpr std::string_view name = "a direct block of a fractal heap";
    Cursor cursor = block_at(input_, block.address, block.size, "FHDB", name);
    cursor.expect_version(0);
    cursor.skip(8 + offset_bytes_);
    known = input_.at(block.address, block.size, name);
    if (has_checksums_ && checksums_count) {
      std::vector<std::byte> copy(known.begin(), known.end());
      const std::uint64_t place = input_.offset_of(cursor.rest()) - block.address;
      const std::uint32_t stored = cursor.u32();
      std::fill_n(copy.begin() + static_cast<std::ptrdiff_t>(place), checksum_bytes, std::byte{0});
      if (lookup3(copy) != stored) cursor.refuse("has a wrong checksum: the file is damaged");
    }
  }
  if (known.size() != block.size) input_.refuse("a block of a fractal heap has several sizes");
  return known;
}

}  // namespace cornu::formats::hdf5
