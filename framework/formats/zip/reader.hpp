#pragma once
// Internal: zip archives, read.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/formats/zip/limits.hpp>
#include <cornu/framework/formats/zip/member.hpp>
#include <cornu/framework/formats/zip/records.hpp>

namespace cornu::formats {

/// The members of a zip archive that lies in memory, which must outlive the reader. Takes stored and deflated members,
/// zip64 or not, in any order.
///
/// Constructing it reads the list of members only, and checks that it is true of the archive: throws FileError, naming
/// `file` and the member, for an archive that is something else, truncated or beyond a limit; for members that are
/// encrypted, packed by another method, of a name that is unsafe (see fault_of_member_name) or repeated; that overlap
/// or reach beyond the archive; whose own header says something else than the list; for stored members of two sizes.
class ZipReader {
 public:
  ZipReader(std::span<const std::byte> archive, std::string file, const ZipLimits& limits = {});

  const std::string& file() const { return file_; }
  /// In the order of the list, folders too.
  const std::vector<ZipMember>& members() const { return members_; }
  /// Null when there is none of that name.
  const ZipMember* find(std::string_view name) const;
  /// Throws FileError, telling which members there are, when there is none of that name.
  const ZipMember& at(std::string_view name) const;

  /// The bytes of a member as they lie in the archive: of a stored one its content, whose checksum nobody has looked
  /// at.
  std::span<const std::byte> packed(const ZipMember& member) const {
    return archive_.subspan(member.offset, member.compressed_size);
  }
  /// Compares the checksum of a stored member with its bytes, which then can be read where they lie. Throws FileError
  /// when they differ.
  void check(const ZipMember& member) const;
  /// The content, into as many bytes as the member has. Throws FileError when it is damaged.
  void read(const ZipMember& member, std::span<std::byte> to) const;
  /// The same of a member that is short. Throws FileError when it has more than `limit` bytes.
  std::string read_text(const ZipMember& member, std::uint64_t limit = std::uint64_t{64} << 20) const;

  /// Throws FileError "[read_zip] 'file': member 'name': message".
  [[noreturn]] void refuse(std::string_view name, std::string_view message) const;

 private:
  ZipMember member_of(const ZipHeader& entry, const ZipHeader& local, std::uint64_t directory) const;
  void require_acceptable(const ZipHeader& entry, const ZipLimits& limits) const;
  void require_like(const ZipHeader& local, const ZipHeader& entry) const;
  void require_apart(const std::vector<std::uint64_t>& begins) const;
  void require_distinct() const;
  void require_sane_size(const ZipLimits& limits) const;

  std::span<const std::byte> archive_;
  std::string file_;
  std::vector<ZipMember> members_;
};

}  // namespace cornu::formats
