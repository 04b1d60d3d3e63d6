#include <cornu/framework/formats/hdf5/filters.hpp>

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

#include <cornu/framework/formats/checksums_count.hpp>
#include <cornu/framework/formats/hdf5/checksum.hpp>

namespace cornu::formats::hdf5 {

namespace {

constexpr std::string_view what = "the filter pipeline";
constexpr std::uint64_t checksum_bytes = 4;

std::string_view name_of_filter(unsigned id) {
  switch (id) {
    case 4:
      return "szip";
    case 5:
      return "nbit";
    case 6:
      return "scale-offset";
    case 32000:
      return "lzf";
    case 32001:
      return "blosc";
    case 32015:
      return "zstd";
    default:
      return "of an unknown kind";
  }
}

Filter filter_of(const Cursor& cursor, unsigned id) {
  if (id < 1 || id > 3)
    cursor.refuse(fmt::format("has filter {} ({}), which is not supported; expected deflate, shuffle or fletcher32", id,
                              name_of_filter(id)));
  return static_cast<Filter>(id - 1);
}

// Behind the number: the length of a name, flags, how many parameters; then name and parameters.
Filter read_filter(Cursor& cursor, unsigned version) {
  const unsigned id = cursor.u16();
  const std::uint64_t name = version == 1 || id >= 256 ? cursor.u16() : 0;
  cursor.skip(2);
  const std::uint64_t parameters = cursor.u16();
  cursor.skip(version == 1 ? (name + 7) / 8 * 8 : name);
  cursor.skip(4 * (version == 1 ? (parameters + 1) / 2 * 2 : parameters));
  return filter_of(cursor, id);
}

}  // namespace

std::vector<Filter> read_filters(const Input& input, Bytes message) {
  Cursor cursor(input, message, what);
  const unsigned version = cursor.u8(), count = cursor.u8();
  if (version != 1 && version != 2) cursor.refuse(fmt::format("has version {}; expected 1 or 2", version));
  if (count > 32) cursor.refuse(fmt::format("has {} filters; expected at most 32", count));
  if (version == 1) cursor.skip(6);
  std::vector<Filter> filters;
  while (filters.size() < count) filters.push_back(read_filter(cursor, version));
  if (std::count(filters.begin(), filters.end(), Filter::deflate) > 1) cursor.refuse("has deflate more than once");
  return filters;
}

Bytes FilterPipeline::undo(Bytes stored, std::uint64_t bytes, std::uint32_t skipped) {
  const auto applies = [&](std::size_t i) { return (skipped >> i & 1) == 0; };
  if (stored.size() > 2 * bytes + 1000)
    input_.refuse(fmt::format("a chunk of {} bytes is stored in {}", bytes, stored.size()));
  chunk_ = stored;
  for (std::size_t i = filters_.size(); i-- > 0;) {
    if (!applies(i)) continue;
    std::uint64_t before = bytes;  // the length when the writer came to this filter
    for (std::size_t earlier = 0; earlier < i; ++earlier)
      if (filters_[earlier] == Filter::fletcher32 && applies(earlier)) before += checksum_bytes;
    if (filters_[i] == Filter::deflate) inflate(before);
    if (filters_[i] == Filter::shuffle) unshuffle();
    if (filters_[i] == Filter::fletcher32) check_fletcher32();
  }
  if (chunk_.size() != bytes)
    input_.refuse(fmt::format("a chunk has {} bytes behind its filters; expected {}", chunk_.size(), bytes));
  return chunk_;
}

// The stream must fill exactly what is expected: nothing beyond it is ever made.
void FilterPipeline::inflate(std::uint64_t bytes) {
  input_.require_expansion(bytes, chunk_.size());
  if (std::max<std::uint64_t>(bytes, chunk_.size()) > std::numeric_limits<uLong>::max() / 2)
    input_.refuse("a compressed chunk is too large");
  spare_.resize(static_cast<std::size_t>(bytes));
  auto length = static_cast<uLongf>(bytes);
  const int status = ::uncompress(reinterpret_cast<Bytef*>(spare_.data()), &length,
                                  reinterpret_cast<const Bytef*>(chunk_.data()), static_cast<uLong>(chunk_.size()));
  if (status != Z_OK || length != bytes)
    input_.refuse(fmt::format("a compressed chunk is damaged; expected a deflate stream of {} bytes", bytes));
  memory_.swap(spare_);
  chunk_ = memory_;
}

// First bytes of all elements, then second bytes …; a rest that is no element stays behind.
void FilterPipeline::unshuffle() {
  const auto size = static_cast<std::size_t>(element_size_);
  const std::size_t count = chunk_.size() / size;
  spare_.resize(chunk_.size());
  for (std::size_t byte = 0; byte < size; ++byte)
    for (std::size_t i = 0; i < count; ++i) spare_[i * size + byte] = chunk_[byte * count + i];
  std::copy(chunk_.begin() + static_cast<std::ptrdiff_t>(count * size), chunk_.end(),
            spare_.begin() + static_cast<std::ptrdiff_t>(count * size));
  memory_.swap(spare_);
  chunk_ = memory_;
}

void FilterPipeline::check_fletcher32() {
  if (chunk_.size() < checksum_bytes) input_.refuse("a chunk is shorter than its checksum");
  Cursor stored(input_, chunk_.last(checksum_bytes), "a chunk's checksum");
  chunk_ = chunk_.first(chunk_.size() - checksum_bytes);
  if (checksums_count && stored.u32() != fletcher32(chunk_))
    input_.refuse("a chunk has a wrong checksum: the file is damaged");
}

}  // namespace cornu::formats::hdf5
