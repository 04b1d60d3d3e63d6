#include <cornu/framework/formats/hdf5/fixed_array.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cornu::formats::hdf5 {

namespace {
constexpr std::uint64_t header_bytes = 28, block_prefix = 14, checksum_bytes = 4;
}

FixedArray::FixedArray(const Input& input, std::uint64_t address, bool is_filtered) : input_(input) {
  Cursor header = checked_block_at(input, address, header_bytes, "FAHD", "a fixed array");
  header.expect_version(0);
  if (header.u8() != (is_filtered ? 1 : 0)) header.refuse("does not fit the filters of its dataset");
  element_bytes_ = header.u8();
  const unsigned page_bits = header.u8();
  elements_ = header.u64();
  if (page_bits > 31 || element_bytes_ == 0) header.refuse("has impossible pages");
  page_elements_ = std::uint64_t{1} << page_bits;
  if (elements_ > page_elements_) pages_ = elements_ / page_elements_ + (elements_ % page_elements_ != 0 ? 1 : 0);
  const std::uint64_t block_address = header.u64();
  if (block_address != undefined_address) read_block(block_address);
}

// The elements themselves, or a bit for each page that says whether it is there.
void FixedArray::read_block(std::uint64_t address) {
  constexpr std::string_view what = "the block of a fixed array";
  const std::uint64_t bytes = input_.product(elements_, element_bytes_, what);
  const std::uint64_t content = pages_ == 0 ? bytes : pages_ / 8 + (pages_ % 8 != 0 ? 1 : 0);
  input_.at(address, content, what);  // no overflow below
  const std::uint64_t length = block_prefix + content + checksum_bytes;
  Cursor block = checked_block_at(input_, address, length, "FADB", what);
  block.expect_version(0);
  block.skip(9);  // what it is for, and the header's address
  (pages_ == 0 ? elements_of_block_ : pages_in_use_) = block.take(content);
  first_page_ = address + length;
}

Bytes FixedArray::element(std::uint64_t number) {
  if (number >= elements_) input_.refuse(fmt::format("a fixed array has {} elements and not {}", elements_, number));
  const bool paged = pages_ > 0;
  const Bytes elements = paged ? page(number / page_elements_) : elements_of_block_;
  if (elements.empty()) return {};
  const std::uint64_t place = (paged ? number % page_elements_ : number) * element_bytes_;
  return elements.subspan(static_cast<std::size_t>(place), static_cast<std::size_t>(element_bytes_));
}

// A page that was never written has a bit of 0; the highest bit of a byte comes first.
Bytes FixedArray::page(std::uint64_t number) {
  const auto byte = static_cast<std::size_t>(number / 8);
  if (byte >= pages_in_use_.size() || (std::to_integer<unsigned>(pages_in_use_[byte]) << number % 8 & 0x80) == 0)
    return {};
  const std::uint64_t page_bytes = page_elements_ * element_bytes_ + checksum_bytes;
  const std::uint64_t elements = std::min(page_elements_, elements_ - number * page_elements_);
  const std::uint64_t before = input_.product(number, page_bytes, "a fixed array");
  Bytes& known = verified_[number];
  if (known.empty())
    known = checked_block_at(input_, first_page_ + before, elements * element_bytes_ + checksum_bytes, "",
                             "a page of a fixed array")
                .rest();
  return known;
}

}  // namespace cornu::formats::hdf5
