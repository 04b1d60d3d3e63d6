#include <cornu/framework/formats/hdf5/input.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/checksums_count.hpp>
#include <cornu/framework/formats/hdf5/checksum.hpp>

namespace cornu::formats::hdf5 {

Input::Input(Bytes bytes, std::string_view file, const Hdf5Limits& limits, std::string path)
    : bytes_(bytes), file_(file), limits_(limits), path_(std::move(path)) {}

Bytes Input::at(std::uint64_t address, std::uint64_t length, std::string_view what) const {
  if (address > size() || length > size() - address)
    refuse(fmt::format("{} lies outside the file; got {} bytes at {}; expected all within {} bytes", what, length,
                       address, size()));
  return bytes_.subspan(static_cast<std::size_t>(address), static_cast<std::size_t>(length));
}

void Input::require_expansion(std::uint64_t bytes, std::uint64_t stored) const {
  if (bytes > limits_.expanded_bytes)
    refuse(fmt::format("its elements take more than is allowed for compressed data; got {} bytes; expected at most {}",
                       bytes, limits_.expanded_bytes));
  if (stored < bytes / std::max<std::uint64_t>(limits_.expansion, 1))
    refuse(fmt::format("{} bytes cannot be stored in {}; expected at most {} times as many", bytes, stored,
                       limits_.expansion));
}

std::uint64_t Input::product(std::uint64_t a, std::uint64_t b, std::string_view what) const {
  std::uint64_t result = 0;
  if (__builtin_mul_overflow(a, b, &result) ||
      result > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    refuse(fmt::format("{} is larger than any file; got {} times {}", what, a, b));
  return result;
}

void Input::refuse(std::string_view message) const {
  throw FileError("read_hdf5", fmt::format("'{}', '{}': {}", file_, path_, message));
}

std::uint64_t Cursor::number(std::size_t bytes) {
  std::uint64_t value = 0;
  const Bytes digits = take(bytes);
  for (std::size_t i = digits.size(); i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(digits[i]);
  return value;
}

Bytes Cursor::take(std::uint64_t count) {
  if (count > rest_.size()) refuse(fmt::format("ends {} bytes too early", count - rest_.size()));
  const Bytes taken = rest_.first(static_cast<std::size_t>(count));
  rest_ = rest_.subspan(taken.size());
  return taken;
}

void Cursor::expect_version(std::uint8_t version) {
  const std::uint8_t got = u8();
  if (got != version) refuse(fmt::format("has version {}; expected {}", got, version));
}

void Cursor::refuse(std::string_view message) const { input_->refuse(fmt::format("{} {}", what_, message)); }

std::string_view text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

Cursor block_at(const Input& input, std::uint64_t address, std::uint64_t length, std::string_view letters,
                std::string_view what) {
  Cursor cursor(input, input.at(address, length, what), what);
  if (text_of(cursor.take(letters.size())) != letters)
    cursor.refuse(fmt::format("at {} does not begin with {}", address, letters));
  return cursor;
}

Cursor checked_block_at(const Input& input, std::uint64_t address, std::uint64_t length, std::string_view letters,
                        std::string_view what) {
  block_at(input, address, length, letters, what);
  const Bytes block = input.at(address, length, what);
  if (length < letters.size() + 4) input.refuse(fmt::format("{} ends too early", what));
  const Bytes content = block.first(block.size() - 4);
  if (checksums_count && Cursor(input, block.last(4), what).u32() != lookup3(content))
    input.refuse(fmt::format("{} at {} has a wrong checksum: the file is damaged", what, address));
  return Cursor(input, content.subspan(letters.size()), what);
}

}  // namespace cornu::formats::hdf5
