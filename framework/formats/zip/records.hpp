#pragma once
// Internal: the records of a zip archive (PKWARE's APPNOTE 6.3.10, sections 4.3.7 to 4.3.16 and 4.5.3).
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cornu::formats {

/// The end of an archive: where its central directory lies.
struct ZipEnd {
  std::uint64_t entries = 0, directory_offset = 0, directory_size = 0;
};

/// An entry of the central directory, or the header in front of a member's bytes. Sizes and offset are those of the
/// zip64 field where there is one.
struct ZipHeader {
  std::uint16_t flags = 0, method = 0;
  std::uint32_t checksum = 0;
  std::uint64_t compressed_size = 0, size = 0;
  std::uint64_t offset = 0;  // of the local header; 0 in a local header
  std::string_view name;     // in the archive
  std::uint64_t end = 0;     // where the header ends

  bool is_encrypted() const { return (flags & 0x2041) != 0; }      // whole, strongly, or its header masked
  bool has_sizes_behind() const { return (flags & 0x0008) != 0; }  // written to a pipe: the local header says 0
};

/// Errors are what follows "[read_zip] 'file': ", thrown as FileError.
class ZipRecords {
 public:
  ZipRecords(std::span<const std::byte> archive, const std::string& file) : archive_(archive), file_(file) {}

  /// Throws when there is none that the archive ends with, when it lies in parts on several disks, or when the
  /// directory does not lie right before it.
  ZipEnd end() const;
  /// The entry at `offset`. Throws when it does not end at `limit` or before.
  ZipHeader central(std::uint64_t offset, std::uint64_t limit) const;
  /// The header in front of a member. Throws when it does not end at `limit` or before.
  ZipHeader local(std::uint64_t offset, std::uint64_t limit) const;

  [[noreturn]] void refuse(std::string_view message) const;

 private:
  std::optional<std::size_t> find_end() const;
  std::optional<std::size_t> find_zip64_end(std::size_t end) const;
  ZipHeader header(std::uint64_t offset, std::uint64_t limit, bool is_central) const;
  void read_zip64(ZipHeader& header, std::span<const std::byte> extra, bool has_far_offset) const;

  std::span<const std::byte> archive_;
  const std::string& file_;
};

}  // namespace cornu::formats
