#pragma once
// Internal: the bytes of an HDF5 file, read within their bounds.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <cornu/framework/formats/hdf5/limits.hpp>

namespace cornu::formats::hdf5 {

using Bytes = std::span<const std::byte>;

/// What stands for the address of something that is not stored.
inline constexpr std::uint64_t undefined_address = ~std::uint64_t{0};

/// The bytes of a file, and the path of the object that is being read: errors name both.
class Input {
 public:
  /// `file` must outlive the object.
  Input(Bytes bytes, std::string_view file, const Hdf5Limits& limits, std::string path);

  std::uint64_t size() const { return bytes_.size(); }
  const std::string& path() const { return path_; }
  const Hdf5Limits& limits() const { return limits_; }

  /// `length` bytes at `address`. Throws FileError when they do not lie in the file; `what` names them.
  Bytes at(std::uint64_t address, std::uint64_t length, std::string_view what) const;
  /// Where bytes that `at` gave stand in the file.
  std::uint64_t offset_of(Bytes part) const { return static_cast<std::uint64_t>(part.data() - bytes_.data()); }

  /// Throws FileError unless so many bytes may be made of `stored` ones (see Hdf5Limits).
  void require_expansion(std::uint64_t bytes, std::uint64_t stored) const;

  /// a * b. Throws FileError when that is more than 2^63 - 1; `what` names it.
  std::uint64_t product(std::uint64_t a, std::uint64_t b, std::string_view what) const;

  /// Throws FileError: `[read_hdf5] 'file', '/the/object': message`.
  [[noreturn]] void refuse(std::string_view message) const;

 private:
  Bytes bytes_;
  std::string_view file_;
  Hdf5Limits limits_;
  std::string path_;
};

/// Reads little-endian numbers one after the other. Every function throws FileError where the bytes end.
class Cursor {
 public:
  /// `what` names the bytes in errors; it and `input` must outlive the cursor.
  Cursor(const Input& input, Bytes bytes, std::string_view what) : input_(&input), rest_(bytes), what_(what) {}

  std::uint64_t number(std::size_t bytes);
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }

  Bytes take(std::uint64_t count);
  void skip(std::uint64_t count) { take(count); }
  Bytes rest() const { return rest_; }

  /// The next byte must be this version. Throws FileError, naming the other one.
  void expect_version(std::uint8_t version);
  [[noreturn]] void refuse(std::string_view message) const;

  const Input& input() const { return *input_; }

 private:
  const Input* input_;
  Bytes rest_;
  std::string_view what_;
};

std::string_view text_of(Bytes bytes);

/// A cursor behind the four letters with which the block at `address` begins. Throws FileError for other letters.
Cursor block_at(const Input& input, std::uint64_t address, std::uint64_t length, std::string_view letters,
                std::string_view what);
/// The same for a block whose last four bytes are a checksum, which is verified and not in the cursor.
Cursor checked_block_at(const Input& input, std::uint64_t address, std::uint64_t length, std::string_view letters,
                        std::string_view what);

}  // namespace cornu::formats::hdf5
