#pragma once
// Internal: zip archives, written.
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cornu::formats {

/// A time as zip archives have it: local, in steps of two seconds, from 1980 to 2107.
struct DosTime {
  std::uint16_t time = 0;
  std::uint16_t date = 0x21;  // 1980-01-01

  /// What lies outside of 1980 to 2107 becomes 1980-01-01.
  static DosTime of(std::time_t time);
};

/// A member to be written.
struct ZipEntry {
  std::string name;
  /// Its content, in parts one behind the other, which must live until it is written.
  std::vector<std::span<const std::byte>> parts;
  bool deflated = false;      ///< what would not shrink is stored all the same
  DosTime modified = {};      ///< 1980-01-01, as Keras and NumPy have it
  std::size_t alignment = 1;  ///< of a stored content in the archive, so that it can be used where it lies
};

/// A part of an entry; the text must live until it is written.
std::span<const std::byte> as_part(std::string_view text);

/// Writes an archive, whole or not at all; members in the order given, without a copy of their content. Alignment is
/// kept while no deflated member stands before.
///
/// Throws ValueError for a name that no member should have (see fault_of_member_name) or that two have, FileError when
/// the file cannot be written.
void write_zip(const std::string& path, const std::vector<ZipEntry>& entries);
/// The same in memory.
std::string zip_bytes(const std::vector<ZipEntry>& entries);

}  // namespace cornu::formats
