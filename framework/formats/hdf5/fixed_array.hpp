#pragma once
// Internal: arrays of a length that never changes.
#include <cstdint>
#include <unordered_map>

#include <cornu/framework/formats/hdf5/chunk_array.hpp>

namespace cornu::formats::hdf5 {

/// One block of elements, or pages of them if they are many.
class FixedArray final : public PlaceArray {
 public:
  FixedArray(const Input& input, std::uint64_t address, bool is_filtered);
  Bytes element(std::uint64_t number) override;

 private:
  void read_block(std::uint64_t address);
  Bytes page(std::uint64_t number);

  const Input& input_;
  std::uint64_t element_bytes_ = 0, elements_ = 0;
  std::uint64_t page_elements_ = 0, pages_ = 0;  // no pages: one block
  std::uint64_t first_page_ = 0;                 // its address
  Bytes elements_of_block_, pages_in_use_;
  std::unordered_map<std::uint64_t, Bytes> verified_;  // pages
};

}  // namespace cornu::formats::hdf5
