#pragma once
// Internal: a member of a zip archive.
#include <cstdint>
#include <string>
#include <string_view>

namespace cornu::formats {

enum class ZipMethod : std::uint16_t { stored = 0, deflated = 8 };

/// What an archive says of a member.
struct ZipMember {
  std::string name;
  ZipMethod method = ZipMethod::stored;
  std::uint32_t checksum = 0;         // CRC-32 of what it unpacks to
  std::uint64_t compressed_size = 0;  // bytes in the archive
  std::uint64_t size = 0;             // bytes that it unpacks to
  std::uint64_t offset = 0;           // of its bytes in the archive

  bool is_folder() const { return name.ends_with('/'); }
};

/// Why a member must not have that name, or "": it is empty, not UTF-8, absolute, has an empty component, "." or "..",
/// a backslash or a control character. An archive that is unpacked then writes nowhere but below its folder.
std::string_view fault_of_member_name(std::string_view name);

}  // namespace cornu::formats
