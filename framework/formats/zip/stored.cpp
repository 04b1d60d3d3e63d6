// PKWARE's APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3.
#include <cornu/framework/formats/zip/stored.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <cornu/framework/formats/zip/checksum.hpp>
#include <cornu/framework/formats/zip/member.hpp>

namespace cornu::formats {

namespace {

constexpr std::uint64_t in_zip64 = 0xFFFFFFFF, many_in_zip64 = 0xFFFF;
constexpr std::size_t block_bytes = std::size_t{1} << 20;  // which is still in the cache when it is written
constexpr std::uint64_t local_bytes = 30, field_bytes = 4;

/// Little-endian numbers, one behind the other.
class Record {
 public:
  explicit Record(std::string_view signature = {}) : bytes_(signature) {}
  Record& u16(std::uint64_t number) { return put(number, 2); }
  Record& u32(std::uint64_t number) { return put(number, 4); }
  Record& u64(std::uint64_t number) { return put(number, 8); }
  Record& text(std::string_view text) {
    bytes_ += text;
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  Record& put(std::uint64_t number, unsigned count) {
    for (unsigned i = 0; i < count; ++i) bytes_ += static_cast<char>(number >> 8 * i & 0xFF);
    return *this;
  }
  std::string bytes_;
};

struct Member {
  const ZipEntry& entry;
  std::uint64_t header = 0, size = 0;  // where its header begins, and the bytes of its content
  std::uint32_t checksum = 0;

  bool is_large() const { return size >= in_zip64; }
  bool is_far() const { return header >= in_zip64; }
};

std::uint64_t size_of(const ZipEntry& entry) {
  std::uint64_t size = 0;
  for (const std::span<const std::byte> part : entry.parts) size += part.size();
  return size;
}

// The numbers for which the header has no room.
std::string zip64_field(const Member& member, bool is_central) {
  Record numbers;
  if (member.is_large()) numbers.u64(member.size).u64(member.size);
  if (is_central && member.is_far()) numbers.u64(member.header);
  if (numbers.bytes().empty()) return {};
  return Record().u16(1).u16(numbers.bytes().size()).text(numbers.bytes()).bytes();
}

// Blanks up to the alignment of what follows `offset`, in a field of the kind that Android's archives have for this.
std::string alignment_field(std::uint64_t offset, std::uint64_t alignment) {
  if (offset % alignment == 0) return {};
  const std::uint64_t blanks = (alignment - (offset + field_bytes) % alignment) % alignment;
  return Record().u16(0xD935).u16(blanks).text(std::string(blanks, '\0')).bytes();
}

// What both headers of a member have in common, from the version that a reader needs on.
std::string description(const Member& member, const std::string& extra) {
  const std::string& name = member.entry.name;
  const bool is_ascii = std::all_of(name.begin(), name.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
  const std::uint64_t size = std::min(member.size, in_zip64);
  return Record()
      .u16(extra.starts_with(std::string_view("\1\0", 2)) ? 45 : 20)
      .u16(is_ascii ? 0 : 0x0800)  // UTF-8
      .u16(static_cast<std::uint64_t>(ZipMethod::stored))
      .u16(member.entry.modified.time)
      .u16(member.entry.modified.date)
      .u32(member.checksum)
      .u32(size)
      .u32(size)
      .u16(name.size())
      .u16(extra.size())
      .bytes();
}

std::string local_header(const Member& member, const std::string& extra) {
  return Record("PK\3\4").text(description(member, extra)).text(member.entry.name).text(extra).bytes();
}

std::string central_header(const Member& member) {
  constexpr std::uint64_t unix_system = 3 << 8, regular_file = 0100644;
  const std::string extra = zip64_field(member, true);
  return Record("PK\1\2")
      .u16(unix_system | 45)
      .text(description(member, extra))
      .u16(0)  // no comment
      .u16(0)  // the first disk
      .u16(0)
      .u32(regular_file << 16)
      .u32(std::min(member.header, in_zip64))
      .text(member.entry.name)
      .text(extra)
      .bytes();
}

// The end of an archive whose list of members begins at `offset`.
std::string end_of(std::uint64_t members, std::uint64_t offset, std::uint64_t size) {
  std::string end;
  if (members >= many_in_zip64 || offset >= in_zip64 || size >= in_zip64) {
    const std::uint64_t rest = 44;
    end += Record("PK\6\6")
               .u64(rest)
               .u16(45)
               .u16(45)
               .u32(0)
               .u32(0)
               .u64(members)
               .u64(members)
               .u64(size)
               .u64(offset)
               .bytes();
    end += Record("PK\6\7").u32(0).u64(offset + size).u32(1).bytes();
  }
  const std::uint64_t count = std::min(members, many_in_zip64);
  return end + Record("PK\5\6")
                   .u16(0)
                   .u16(0)
                   .u16(count)
                   .u16(count)
                   .u32(std::min(size, in_zip64))
                   .u32(std::min(offset, in_zip64))
                   .u16(0)
                   .bytes();
}

std::uint32_t write_content(const WriteAt& write, std::uint64_t offset, const ZipEntry& entry) {
  std::uint32_t checksum = 0;
  for (std::span<const std::byte> part : entry.parts)
    while (!part.empty()) {
      const std::span<const std::byte> block = part.first(std::min(part.size(), block_bytes));
      checksum = checksum_of(checksum, block);
      write(offset, block);
      offset += block.size();
      part = part.subspan(block.size());
    }
  return checksum;
}

// Returns where it ends.
std::uint64_t write_member(const WriteAt& write, Member& member) {
  std::string extra = zip64_field(member, false);
  std::uint64_t content = member.header + local_bytes + member.entry.name.size() + extra.size();
  const std::string blanks = alignment_field(content, member.entry.alignment);
  extra += blanks;
  content += blanks.size();
  member.checksum = write_content(write, content, member.entry);
  write(member.header, as_part(local_header(member, extra)));
  return content + member.size;
}

}  // namespace

void write_stored(const WriteAt& write, const std::vector<ZipEntry>& entries) {
  std::uint64_t offset = 0;
  std::string directory;
  for (const ZipEntry& entry : entries) {
    Member member{entry, offset, size_of(entry)};
    offset = write_member(write, member);
    directory += central_header(member);
  }
  const std::string end = end_of(entries.size(), offset, directory.size());
  write(offset, as_part(directory));
  write(offset + directory.size(), as_part(end));
}

}  // namespace cornu::formats
