#pragma once
// Internal: arrays that may grow.
#include <cstdint>
#include <unordered_map>

#include <cornu/framework/formats/hdf5/chunk_array.hpp>

namespace cornu::formats::hdf5 {

/// The first elements stand in an index block, the others in data blocks that become larger: groups of them, each twice
/// as long as the last. The addresses of the first blocks stand in the index block, others in a block a group.
class ExtensibleArray final : public PlaceArray {
 public:
  ExtensibleArray(const Input& input, std::uint64_t address, bool is_filtered);
  Bytes element(std::uint64_t number) override;

 private:
  /// The data blocks of a group, and how many elements stand before them (behind the index block's own).
  struct Group {
    std::uint64_t blocks, block_elements, first;
  };
  Group group(unsigned number) const;
  void read_index_block(std::uint64_t address);
  std::uint64_t data_block_address(unsigned number, const Group& group, std::uint64_t block);
  Bytes block(std::uint64_t address, std::uint64_t content, std::string_view letters);

  const Input& input_;
  std::uint8_t is_filtered_;
  std::uint64_t element_bytes_ = 0, own_elements_ = 0, smallest_block_ = 0, offset_bytes_ = 0, page_elements_ = 0;
  unsigned groups_ = 0, groups_in_index_ = 0;
  bool is_empty_ = false;
  Bytes elements_, data_blocks_, group_blocks_;        // of the index block
  std::unordered_map<std::uint64_t, Bytes> verified_;  // blocks by address
};

}  // namespace cornu::formats::hdf5
