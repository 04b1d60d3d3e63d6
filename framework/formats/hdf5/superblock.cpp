#include <cornu/framework/formats/hdf5/superblock.hpp>

#include <fmt/format.h>

namespace cornu::formats::hdf5 {

namespace {

constexpr std::string_view signature = "\x89HDF\r\n\x1a\n", what = "the superblock";
constexpr std::uint64_t behind_version = 9;

void require_eight_bytes(Cursor& cursor) {
  const std::uint8_t offsets = cursor.u8(), lengths = cursor.u8();
  if (offsets != 8 || lengths != 8)
    cursor.refuse(fmt::format("gives addresses {} and lengths {} bytes; expected 8", offsets, lengths));
}

void require_whole(const Input& input, std::uint64_t base, std::uint64_t end) {
  if (base != 0) input.refuse(fmt::format("addresses begin at {}, behind a user block; expected 0", base));
  if (end > input.size())
    input.refuse(fmt::format("the file is cut off; got {} bytes; expected {}", input.size(), end));
}

// Versions 0 and 1: behind the sizes stand ranks of trees and flags, then four addresses and an entry for the root.
std::uint64_t read_old(const Input& input, std::uint8_t version) {
  Cursor cursor(input, input.at(behind_version, version == 0 ? 87 : 91, what), what);
  cursor.skip(4);  // versions of what else there is
  require_eight_bytes(cursor);
  cursor.skip(version == 0 ? 9 : 13);
  const std::uint64_t base = cursor.u64();
  cursor.skip(8);
  require_whole(input, base, cursor.u64());
  cursor.skip(16);  // the driver's block, and the root's name
  return cursor.u64();
}

std::uint64_t read_new(const Input& input, std::uint8_t version) {
  Cursor cursor = checked_block_at(input, 0, 48, signature, what);
  cursor.skip(1);
  require_eight_bytes(cursor);
  const std::uint8_t flags = cursor.u8();
  if (version == 3 && (flags & 5) != 0) cursor.refuse("says that the file was not closed by its writer");
  const std::uint64_t base = cursor.u64();
  cursor.skip(8);
  require_whole(input, base, cursor.u64());
  return cursor.u64();
}

}  // namespace

std::uint64_t read_superblock(const Input& input) {
  if (input.size() < behind_version || text_of(input.at(0, signature.size(), what)) != signature)
    input.refuse("not an HDF5 file; expected one whose first bytes are \\x89HDF");
  const auto version = Cursor(input, input.at(8, 1, what), what).u8();
  if (version <= 1) return read_old(input, version);
  if (version <= 3) return read_new(input, version);
  input.refuse(fmt::format("superblock of version {}; expected 0 to 3", version));
}

}  // namespace cornu::formats::hdf5
