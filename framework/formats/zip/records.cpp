#include <cornu/framework/formats/zip/records.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/little_endian.hpp>
#include <cornu/framework/formats/looks_like.hpp>

namespace cornu::formats {

namespace {

constexpr std::uint32_t local_signature = 0x04034B50, central_signature = 0x02014B50, end_signature = 0x06054B50,
                        zip64_end_signature = 0x06064B50, zip64_locator_signature = 0x07064B50;
constexpr std::size_t end_bytes = 22, zip64_end_bytes = 56, zip64_locator_bytes = 20, longest_comment = 0xFFFF;
constexpr std::uint32_t in_zip64 = 0xFFFFFFFF;  // stands for a number that needs 64 bits
constexpr std::uint16_t zip64_field = 0x0001;

// Where the fields of the two headers lie; from the flags to the names' lengths they are alike.
constexpr std::size_t central_bytes = 46, central_flags = 8, central_offset = 42;
constexpr std::size_t local_bytes = 30, local_flags = 6;

}  // namespace

void ZipRecords::refuse(std::string_view message) const {
  throw FileError("read_zip", fmt::format("'{}': {}", file_, message));
}

// The comment behind it reaches to the end of the archive.
std::optional<std::size_t> ZipRecords::find_end() const {
  if (archive_.size() < end_bytes) return std::nullopt;
  const std::size_t last = archive_.size() - end_bytes, first = last - std::min(last, longest_comment);
  for (std::size_t at = last + 1; at-- > first;)
    if (load<std::uint32_t>(archive_, at) == end_signature && load<std::uint16_t>(archive_, at + 20) == last - at)
      return at;
  return std::nullopt;
}

std::optional<std::size_t> ZipRecords::find_zip64_end(std::size_t end) const {
  if (end < zip64_locator_bytes + zip64_end_bytes) return std::nullopt;
  const std::size_t locator = end - zip64_locator_bytes;
  if (load<std::uint32_t>(archive_, locator) != zip64_locator_signature) return std::nullopt;
  const auto offset = load<std::uint64_t>(archive_, locator + 8);
  if (offset > locator - zip64_end_bytes || load<std::uint32_t>(archive_, offset) != zip64_end_signature ||
      load<std::uint64_t>(archive_, offset + 4) != locator - offset - 12)
    refuse("the zip64 record of its end is damaged");
  return offset;
}

ZipEnd ZipRecords::end() const {
  const std::optional<std::size_t> at = find_end();
  if (!at && archive_.size() >= 4 && load<std::uint32_t>(archive_, 0) == local_signature)
    refuse("truncated: the list of members, which stands at the end of a zip archive, is missing");
  if (!at) refuse(fmt::format("not a zip archive; got {}", looks_like(archive_)));

  const std::optional<std::size_t> far = find_zip64_end(*at);
  const ZipEnd end = far ? ZipEnd{load<std::uint64_t>(archive_, *far + 32), load<std::uint64_t>(archive_, *far + 48),
                                  load<std::uint64_t>(archive_, *far + 40)}
                         : ZipEnd{load<std::uint16_t>(archive_, *at + 10), load<std::uint32_t>(archive_, *at + 16),
                                  load<std::uint32_t>(archive_, *at + 12)};
  const bool is_whole =
      far ? load<std::uint64_t>(archive_, *far + 16) == 0 && load<std::uint64_t>(archive_, *far + 24) == end.entries
          : load<std::uint32_t>(archive_, *at + 4) == 0 && load<std::uint16_t>(archive_, *at + 8) == end.entries;
  if (!is_whole) refuse("a part of an archive on several disks; expected the whole");
  const std::size_t directory_end = far.value_or(*at);
  if (end.directory_size > directory_end || end.directory_offset != directory_end - end.directory_size)
    refuse(fmt::format("truncated or damaged: {} bytes of its list of members should begin at {} and end at {}",
                       end.directory_size, end.directory_offset, directory_end));
  return end;
}

ZipHeader ZipRecords::central(std::uint64_t offset, std::uint64_t limit) const { return header(offset, limit, true); }

ZipHeader ZipRecords::local(std::uint64_t offset, std::uint64_t limit) const { return header(offset, limit, false); }

ZipHeader ZipRecords::header(std::uint64_t offset, std::uint64_t limit, bool is_central) const {
  const std::uint64_t fixed = is_central ? central_bytes : local_bytes;
  if (offset > limit || limit - offset < fixed ||
      load<std::uint32_t>(archive_, offset) != (is_central ? central_signature : local_signature))
    refuse(fmt::format("truncated or damaged: expected the header of a member at {}", offset));

  const std::uint64_t at = offset + (is_central ? central_flags : local_flags);
  ZipHeader result{.flags = load<std::uint16_t>(archive_, at),
                   .method = load<std::uint16_t>(archive_, at + 2),
                   .checksum = load<std::uint32_t>(archive_, at + 8),
                   .compressed_size = load<std::uint32_t>(archive_, at + 12),
                   .size = load<std::uint32_t>(archive_, at + 16),
                   .offset = is_central ? load<std::uint32_t>(archive_, offset + central_offset) : 0,
                   .name = {},
                   .end = 0};
  const std::uint64_t name = load<std::uint16_t>(archive_, at + 20), extra = load<std::uint16_t>(archive_, at + 22),
                      comment = is_central ? load<std::uint16_t>(archive_, at + 24) : 0;
  result.end = offset + fixed + name + extra + comment;
  if (result.end > limit) refuse(fmt::format("truncated or damaged: the header at {} is too long", offset));
  result.name = {reinterpret_cast<const char*>(archive_.data()) + offset + fixed, name};
  read_zip64(result, archive_.subspan(offset + fixed + name, extra), is_central && result.offset == in_zip64);
  return result;
}

// Holds, in this order, those of size, compressed size and offset that the header leaves to it.
void ZipRecords::read_zip64(ZipHeader& header, std::span<const std::byte> extra, bool has_far_offset) const {
  while (extra.size() >= 4) {
    const auto kind = load<std::uint16_t>(extra, 0);
    const std::size_t length = load<std::uint16_t>(extra, 2);
    if (length > extra.size() - 4) return;  // blanks that fill up
    std::span<const std::byte> content = extra.subspan(4, length);
    extra = extra.subspan(4 + length);
    if (kind != zip64_field) continue;
    for (std::uint64_t* const number : {&header.size, &header.compressed_size, &header.offset}) {
      const bool is_offset = number == &header.offset;
      if (is_offset ? !has_far_offset : *number != in_zip64) continue;
      if (content.size() < 8) refuse("a member's zip64 field is too short");
      *number = load<std::uint64_t>(content, 0);
      content = content.subspan(8);
    }
    return;
  }
}

}  // namespace cornu::formats
