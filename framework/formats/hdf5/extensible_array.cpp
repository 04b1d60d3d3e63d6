#include <cornu/framework/formats/hdf5/extensible_array.hpp>

#include <fmt/format.h>

#include <bit>

namespace cornu::formats::hdf5 {

namespace {

constexpr std::string_view what = "an extensible array";
constexpr std::uint64_t header_bytes = 72, block_prefix = 14, checksum_bytes = 4;

unsigned log2_of(std::uint64_t power) { return static_cast<unsigned>(std::bit_width(power)) - 1; }

std::uint64_t address_in(const Input& input, Bytes addresses, std::uint64_t place) {
  return Cursor(input, addresses.subspan(static_cast<std::size_t>(8 * place), 8), what).u64();
}

}  // namespace

ExtensibleArray::ExtensibleArray(const Input& input, std::uint64_t address, bool is_filtered)
    : input_(input), is_filtered_(is_filtered ? 1 : 0) {
  Cursor cursor = checked_block_at(input, address, header_bytes, "EAHD", what);
  cursor.expect_version(0);
  if (cursor.u8() != is_filtered_) cursor.refuse("does not fit the filters of its dataset");
  element_bytes_ = cursor.u8();
  const unsigned bits = cursor.u8();
  own_elements_ = cursor.u8();
  smallest_block_ = cursor.u8();
  const std::uint64_t pointers = cursor.u8();
  const unsigned page_bits = cursor.u8();
  if (element_bytes_ == 0 || bits > 60 || page_bits > 31 || !std::has_single_bit(smallest_block_) ||
      !std::has_single_bit(pointers) || bits < log2_of(smallest_block_))
    cursor.refuse("has blocks of impossible sizes");
  offset_bytes_ = (bits + 7U) / 8U;
  page_elements_ = std::uint64_t{1} << page_bits;
  groups_ = 1 + bits - log2_of(smallest_block_);
  groups_in_index_ = 2 * log2_of(pointers);
  if (groups_in_index_ > groups_) cursor.refuse("has more groups in its index than in all");
  cursor.skip(48);  // how much there is of everything
  const std::uint64_t index_address = cursor.u64();
  is_empty_ = index_address == undefined_address;
  if (!is_empty_) read_index_block(index_address);
}

void ExtensibleArray::read_index_block(std::uint64_t address) {
  const std::uint64_t elements = own_elements_ * element_bytes_;
  std::uint64_t data_blocks = 0;
  for (unsigned number = 0; number < groups_in_index_; ++number) data_blocks += group(number).blocks;
  const std::uint64_t groups = groups_ - groups_in_index_;
  const std::uint64_t content = elements + 8 * (data_blocks + groups);
  Cursor cursor = checked_block_at(input_, address, block_prefix + content + checksum_bytes, "EAIB", what);
  cursor.expect_version(0);
  if (cursor.u8() != is_filtered_) cursor.refuse("does not fit the filters of its dataset");
  cursor.skip(8);
  elements_ = cursor.take(elements);
  data_blocks_ = cursor.take(8 * data_blocks);
  group_blocks_ = cursor.take(8 * groups);
}

ExtensibleArray::Group ExtensibleArray::group(unsigned number) const {
  return {std::uint64_t{1} << number / 2, smallest_block_ << (number + 1) / 2,
          smallest_block_ * ((std::uint64_t{1} << number) - 1)};
}

Bytes ExtensibleArray::element(std::uint64_t number) {
  if (is_empty_) return {};
  const auto bytes = static_cast<std::size_t>(element_bytes_);
  if (number < own_elements_) return elements_.subspan(static_cast<std::size_t>(number) * bytes, bytes);
  const std::uint64_t behind = number - own_elements_;
  const unsigned group_number = log2_of(behind / smallest_block_ + 1);
  if (group_number >= groups_) input_.refuse(fmt::format("an extensible array has no room for element {}", number));
  const Group group = this->group(group_number);
  if (group.block_elements > page_elements_)
    input_.refuse("an extensible array of more than 130,000 chunks, which is not supported");
  const std::uint64_t in_group = behind - group.first, block_number = in_group / group.block_elements;
  const std::uint64_t address = data_block_address(group_number, group, block_number);
  if (address == undefined_address) return {};
  const Bytes elements = block(address, group.block_elements * element_bytes_, "EADB");
  return elements.subspan(static_cast<std::size_t>(in_group % group.block_elements) * bytes, bytes);
}

std::uint64_t ExtensibleArray::data_block_address(unsigned number, const Group& group, std::uint64_t block_number) {
  if (number < groups_in_index_) {
    std::uint64_t before = 0;
    for (unsigned earlier = 0; earlier < number; ++earlier) before += this->group(earlier).blocks;
    return address_in(input_, data_blocks_, before + block_number);
  }
  const std::uint64_t address = address_in(input_, group_blocks_, number - groups_in_index_);
  if (address == undefined_address) return address;
  return address_in(input_, block(address, 8 * group.blocks, "EASB"), block_number);
}

// What a block of a group or of elements holds behind its prefix.
Bytes ExtensibleArray::block(std::uint64_t address, std::uint64_t content, std::string_view letters) {
  Bytes& known = verified_[address];
  if (known.empty()) {
    Cursor cursor =
        checked_block_at(input_, address, block_prefix + offset_bytes_ + content + checksum_bytes, letters, what);
    cursor.expect_version(0);
    if (cursor.u8() != is_filtered_) cursor.refuse("does not fit the filters of its dataset");
    cursor.skip(8 + offset_bytes_);
    known = cursor.rest();
  }
  if (known.size() != content) input_.refuse("a block of an extensible array has several sizes");
  return known;
}

}  // namespace cornu::formats::hdf5
