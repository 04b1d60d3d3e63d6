// Zip archives: damaged, lying, or unpacking to much more than they are.
#include <algorithm>

#include <cornu/framework/formats/zip/writer.hpp>

#include "tests/hostile/members.hpp"

namespace cornu::testing {

namespace {

// Where the header of the first member, config.json, stands in the list of members, and fields of it. The header in
// front of its content has the same fields two bytes earlier.
constexpr std::size_t flags = 8, checksum = 16, compressed_size = 20, size = 24, name = 46;
std::size_t central_of(const std::string& bytes) { return bytes.find("PK\x01\x02"); }

// A field of both headers of config.json is another number.
std::string with_field(std::string bytes, std::size_t field, std::uint64_t number, std::size_t field_size = 4) {
  put(bytes, central_of(bytes) + field, number, field_size);
  put(bytes, field - 2, number, field_size);
  return bytes;
}

// Under a name of the same length that no writer of ours gives.
std::string with_name(std::string bytes, std::string_view other) {
  std::copy(other.begin(), other.end(), bytes.begin() + static_cast<std::ptrdiff_t>(central_of(bytes) + name));
  std::copy(other.begin(), other.end(), bytes.begin() + 30);
  return bytes;
}

// An archive whose first member has a name of 16 bytes, as model.weights.h5 has.
std::string with_third_member() {
  const Members members = members_of("dense");
  return formats::zip_bytes({{.name = "0123456789abcdef", .parts = {formats::as_part("content")}},
                             {.name = "config.json", .parts = {formats::as_part(members.config)}},
                             {.name = "model.weights.h5", .parts = {formats::as_part(members.weights)}}});
}

std::string overlapping() {
  std::string bytes = keras_file("dense");
  const std::size_t second = bytes.find("PK\x01\x02", central_of(bytes) + 1);
  put(bytes, second + 42, 0, 4);  // begins where the first member does
  return bytes;
}

}  // namespace

std::vector<HostileFile> hostile_archives() {
  constexpr std::size_t large = std::size_t{80} << 20, allowed = std::size_t{60} << 20;
  const std::string dense = keras_file("dense"), packed = archive_of(members_of("dense"), true);
  const std::string weights = members_of("dense").weights, config = members_of("dense").config;
  std::string flipped = dense;
  flipped[dense.find("\x89HDF") + 100] ^= 4;
  return {
      hostile_model("an empty file", "", "an empty file"),
      hostile_model("a text", "hello, world\n", "expected a zip archive"),
      hostile_model("an HDF5 file", weights, "an HDF5 file"),
      hostile_model("truncated", dense.substr(0, dense.size() / 2), "truncated"),
      hostile_model("a flipped bit", flipped, "'model.weights.h5': damaged: its checksum"),
      hostile_model("a wrong checksum", with_field(packed, checksum, 1), "'config.json': wrong checksum"),
      hostile_model("encrypted", with_field(packed, flags, 1, 2), "'config.json': encrypted"),
      hostile_model("a bomb, config.json", archive_of({std::string(large, ' '), weights}, true), "unpack to more than"),
      hostile_model("a bomb, the weights", archive_of({config, std::string(large, '\0')}, true), "unpack to more than"),
      hostile_model("a bomb within the limit", archive_of({config, std::string(allowed, '\0')}, true), "not an HDF5"),
      hostile_model("said to be 4 GB", with_field(packed, size, 0xFFFFFFF0), "unpack to more than"),
      hostile_model("said to be longer", with_field(packed, size, config.size() + 1), "as many bytes as it says"),
      hostile_model("said to be shorter", with_field(packed, size, config.size() - 1), "unpack to more than the"),
      hostile_model("packed behind its end", with_field(packed, compressed_size, 0xFFFFFF), "truncated; got"),
      hostile_model("a name with ..", with_name(with_third_member(), "../../etc/passwd"), "leads out of the archive"),
      hostile_model("an absolute name", with_name(with_third_member(), "/789/bcd/efg/ijk"), "is absolute"),
      hostile_model("a name twice", with_name(with_third_member(), "model.weights.h5"), "two members have this name"),
      hostile_model("members that overlap", overlapping(), "says something else"),
      hostile_model("no members", formats::zip_bytes({}), "no member 'config.json'"),
      hostile_model("no weights", formats::zip_bytes({{.name = "config.json", .parts = {formats::as_part(config)}}}),
                    "no member 'model.weights.h5'")};
}

}  // namespace cornu::testing
