#include <cornu/framework/formats/zip/reader.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/formats/checksums_count.hpp>
#include <cornu/framework/formats/zip/checksum.hpp>
#include <cornu/framework/formats/zip/stream.hpp>

namespace cornu::formats {

namespace {

template <class Less>
std::vector<std::size_t> sorted(std::size_t count, Less less) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), less);
  return order;
}

}  // namespace

ZipReader::ZipReader(std::span<const std::byte> archive, std::string file, const ZipLimits& limits)
    : archive_(archive), file_(std::move(file)) {
  const ZipRecords records(archive_, file_);
  const ZipEnd end = records.end();
  if (end.entries > limits.members)
    records.refuse(fmt::format("{} members; expected at most {}", end.entries, limits.members));

  std::vector<std::uint64_t> begins;
  std::uint64_t at = end.directory_offset;
  for (std::uint64_t i = 0; i < end.entries; ++i) {
    const ZipHeader entry = records.central(at, end.directory_offset + end.directory_size);
    require_acceptable(entry, limits);
    const ZipHeader local = records.local(entry.offset, end.directory_offset);
    require_like(local, entry);
    members_.push_back(member_of(entry, local, end.directory_offset));
    begins.push_back(entry.offset);
    at = entry.end;
  }
  if (at != end.directory_offset + end.directory_size)
    records.refuse(fmt::format("damaged: its list of {} members is longer than them", end.entries));
  require_apart(begins);
  require_distinct();
  require_sane_size(limits);
}

void ZipReader::refuse(std::string_view name, std::string_view message) const {
  throw FileError("read_zip", fmt::format("'{}': member '{}': {}", file_, shown(name), message));
}

void ZipReader::require_acceptable(const ZipHeader& entry, const ZipLimits& limits) const {
  const auto method = static_cast<ZipMethod>(entry.method);
  if (entry.name.size() > limits.name_length)
    refuse(entry.name, fmt::format("a name of {} bytes; expected at most {}", entry.name.size(), limits.name_length));
  if (const std::string_view fault = fault_of_member_name(entry.name); !fault.empty())
    refuse(entry.name, fmt::format("its name {}", fault));
  if (entry.is_encrypted()) refuse(entry.name, "encrypted; expected none of that");
  if (method != ZipMethod::stored && method != ZipMethod::deflated)
    refuse(entry.name, fmt::format("compression method {}; expected 0 (stored) or 8 (deflated)", entry.method));
  if (method == ZipMethod::stored && entry.size != entry.compressed_size)
    refuse(entry.name,
           fmt::format("stored, but {} bytes in the archive are said to be {}", entry.compressed_size, entry.size));
}

void ZipReader::require_like(const ZipHeader& local, const ZipHeader& entry) const {
  const auto is_like = [&](std::uint64_t here, std::uint64_t there) {
    return here == there || (here == 0 && local.has_sizes_behind());
  };
  if (local.name != entry.name || local.method != entry.method || local.is_encrypted() ||
      !is_like(local.checksum, entry.checksum) || !is_like(local.compressed_size, entry.compressed_size) ||
      !is_like(local.size, entry.size))
    refuse(entry.name, "the header in front of it says something else than the list of members");
}

ZipMember ZipReader::member_of(const ZipHeader& entry, const ZipHeader& local, std::uint64_t directory) const {
  if (entry.compressed_size > directory - local.end)
    refuse(entry.name,
           fmt::format("truncated; got {} bytes; expected {}", directory - local.end, entry.compressed_size));
  return {std::string(entry.name),
          static_cast<ZipMethod>(entry.method),
          entry.checksum,
          entry.compressed_size,
          entry.size,
          local.end};
}

void ZipReader::require_apart(const std::vector<std::uint64_t>& begins) const {
  const std::vector<std::size_t> order =
      sorted(members_.size(), [&](std::size_t a, std::size_t b) { return begins[a] < begins[b]; });
  for (std::size_t i = 1; i < order.size(); ++i) {
    const ZipMember& before = members_[order[i - 1]];
    if (begins[order[i]] < before.offset + before.compressed_size)
      refuse(members_[order[i]].name, fmt::format("it overlaps '{}'", shown(before.name)));
  }
}

void ZipReader::require_distinct() const {
  const std::vector<std::size_t> order =
      sorted(members_.size(), [&](std::size_t a, std::size_t b) { return members_[a].name < members_[b].name; });
  for (std::size_t i = 1; i < order.size(); ++i)
    if (members_[order[i]].name == members_[order[i - 1]].name)
      refuse(members_[order[i]].name, "two members have this name");
}

void ZipReader::require_sane_size(const ZipLimits& limits) const {
  const std::uint64_t by_ratio = archive_.size() > limits.size / std::max<std::uint64_t>(limits.ratio, 1)
                                     ? limits.size
                                     : archive_.size() * limits.ratio;
  const std::uint64_t most =
      std::min(limits.size, std::max({by_ratio, limits.free_size, std::uint64_t{archive_.size()}}));
  std::uint64_t left = most;
  for (const ZipMember& member : members_) {
    if (member.size > left)
      refuse(member.name, fmt::format("with it the members unpack to more than {} bytes, which this archive of {} may; "
                                      "raise the limit if you trust the file",
                                      most, archive_.size()));
    left -= member.size;
  }
}

const ZipMember* ZipReader::find(std::string_view name) const {
  const auto found = std::find_if(members_.begin(), members_.end(), [&](const ZipMember& m) { return m.name == name; });
  return found == members_.end() ? nullptr : &*found;
}

const ZipMember& ZipReader::at(std::string_view name) const {
  if (const ZipMember* const member = find(name)) return *member;
  std::string names;
  for (std::size_t i = 0; i < std::min<std::size_t>(members_.size(), 10); ++i)
    names += fmt::format("{}'{}'", i == 0 ? "" : ", ", shown(members_[i].name));
  throw FileError("read_zip", fmt::format("'{}': no member '{}'; got {}{}", file_, shown(name),
                                          names.empty() ? "none" : names, members_.size() > 10 ? ", …" : ""));
}

void ZipReader::check(const ZipMember& member) const {
  const std::span<const std::byte> bytes = packed(member);
  if (checksums_count && checksum_of(0, bytes) != member.checksum)
    refuse(member.name, "damaged: its checksum is another one than the archive says");
}

void ZipReader::read(const ZipMember& member, std::span<std::byte> to) const {
  ZipStream stream(*this, member);
  stream.read(to);
  stream.finish();
}

std::string ZipReader::read_text(const ZipMember& member, std::uint64_t limit) const {
  if (member.size > limit) refuse(member.name, fmt::format("it has {} bytes; expected at most {}", member.size, limit));
  std::string text(member.size, '\0');
  read(member, std::as_writable_bytes(std::span(text)));
  return text;
}

}  // namespace cornu::formats
