#pragma once
// Internal: fractal heaps, in which new groups keep links and attributes.
#include <cstdint>
#include <unordered_map>

#include <cornu/framework/formats/hdf5/input.hpp>

namespace cornu::formats::hdf5 {

/// Blocks of sizes that double, in rows of a table; an object's id says where it lies in all of them, one after the
/// other. Throws FileError for damaged blocks, wrong checksums and heaps with filters.
class FractalHeap {
 public:
  FractalHeap(const Input& input, std::uint64_t address);

  /// How long ids are, in bytes.
  std::uint64_t id_bytes() const { return id_bytes_; }
  Bytes object(Bytes id);

 private:
  Bytes managed(std::uint64_t offset, std::uint64_t length);
  Bytes huge(std::uint64_t key);
  Bytes tiny(Cursor& cursor, unsigned first) const;

  struct Block {
    std::uint64_t address, size, offset;
  };
  Block direct_block(std::uint64_t offset);
  Block child_of(const Block& parent, unsigned rows, std::uint64_t offset);
  Bytes verified_direct(const Block& block);
  Bytes verified_indirect(const Block& block, unsigned rows);

  std::uint64_t size_of_row(unsigned row) const { return row == 0 ? start_ : start_ << (row - 1); }
  std::uint64_t offset_of_row(unsigned row) const { return row == 0 ? 0 : (start_ << (row - 1)) * width_; }
  unsigned rows_of(std::uint64_t size) const;
  void read_table(Cursor& cursor);

  const Input& input_;
  std::uint64_t id_bytes_ = 0, huge_tree_ = undefined_address;
  std::uint64_t start_ = 0, width_ = 0, largest_direct_ = 0;
  std::uint64_t offset_bytes_ = 0, length_bytes_ = 0;  // of the numbers in an id
  bool has_checksums_ = false;
  std::uint64_t root_ = undefined_address;
  unsigned root_rows_ = 0;
  std::unordered_map<std::uint64_t, Bytes> verified_;  // blocks by address
  std::unordered_map<std::uint64_t, Bytes> huge_;      // objects by key
  bool huge_is_read_ = false;
};

}  // namespace cornu::formats::hdf5
