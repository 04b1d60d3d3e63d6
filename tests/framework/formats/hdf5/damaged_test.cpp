#include <doctest/doctest.h>

#include <cstring>
#include <optional>

#include "tests/framework/formats/hdf5/files.hpp"
#include "tests/framework/formats/hdf5/read_everything.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using namespace cornu::testing;
using formats::Hdf5File;

namespace {

constexpr const char* both[] = {"small_old", "small_new"};
constexpr formats::Hdf5Limits limits{.expanded_bytes = 1 << 20, .strings = 1000};

/// Reads all there is in memory of exactly that size, so that sanitizers see a byte read behind it.
/// False when the file as a whole is refused; any error but a FileError gets through.
bool opens(std::span<const std::byte> bytes) {
  const FileBytes copy(bytes.begin(), bytes.end());
  try {
    read_everything(copy, limits);
  } catch (const FileError&) {
    return false;
  }
  return true;
}

FileBytes flipped(FileBytes bytes, std::size_t bit) {
  bytes[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
  return bytes;
}

/// The elements of the file's dataset; nothing when anything on the way to them is refused.
std::optional<Tensor> elements_of(const FileBytes& bytes) {
  try {
    return Hdf5File(bytes, "x.h5", limits).at("vars/0").dataset().read();
  } catch (const FileError&) {
    return std::nullopt;
  }
}

}  // namespace

TEST_CASE("hdf5: all there is in a file is read, or refused one by one") {
  const Hdf5Fixture file("refused_new");
  const Everything all = read_everything(file.bytes(), limits);
  CHECK(all.objects == 15);
  CHECK(all.datasets == 7);  // also those whose elements are refused, but for three filters, links and a committed type
}

TEST_CASE("hdf5: a file that is cut off is refused at every length") {
  for (const char* name : both) {
    const FileBytes bytes = hdf5_fixture(name);
    CHECK(opens(bytes));
    std::size_t opened = 0;
    for (std::size_t size = 0; size < bytes.size(); ++size) opened += opens(std::span(bytes).first(size)) ? 1 : 0;
    CHECK(opened == 0);
  }
}

TEST_CASE("hdf5: a file that lies about its length is read as far as it goes") {
  const FileBytes bytes = hdf5_fixture("small_old");
  std::size_t refused = 0;
  for (std::size_t size = 96; size < bytes.size(); ++size) {
    FileBytes shorter(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    const std::uint64_t said = size;
    std::memcpy(shorter.data() + 40, &said, sizeof(said));
    refused += elements_of(shorter) ? 0 : 1;
    opens(shorter);
  }
  CHECK(refused > 1000);
}

TEST_CASE("hdf5: a wrong bit anywhere in an old file is refused or read, and does nothing else") {
  const FileBytes bytes = hdf5_fixture("small_old");
  std::size_t refused = 0;
  for (std::size_t byte = 0; byte < bytes.size(); ++byte)
    for (const std::size_t bit : {byte % 8, (byte + 3) % 8}) refused += opens(flipped(bytes, 8 * byte + bit)) ? 0 : 1;
  CHECK(refused > 100);
}

TEST_CASE("hdf5: a wrong bit anywhere in a new file, which has checksums, is found where it matters") {
  const FileBytes bytes = hdf5_fixture("small_new");
  const Tensor expected = fixture_numbers({2, 2});
  std::size_t refused = 0, wrong = 0;
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    const FileBytes damaged = flipped(bytes, bit);
    const auto elements = elements_of(damaged);
    refused += elements ? 0 : 1;
    wrong += elements && !same_bits(*elements, expected) ? 1 : 0;
    if (bit % 8 == 0) opens(damaged);
  }
  CHECK(wrong == 0);
  CHECK(refused > 1000);
}

TEST_CASE("hdf5: wrong bytes in files with everything are refused or read") {
  for (const char* name : {"types_old", "types_new", "chunks_new", "attributes_new", "many_links_new", "groups_old"}) {
    const FileBytes bytes = hdf5_fixture(name);
    for (std::size_t byte = 0; byte < bytes.size(); byte += bytes.size() / 30 + 1) {
      FileBytes damaged = bytes;
      damaged[byte] = ~damaged[byte];
      CHECK_NOTHROW(opens(damaged));
    }
  }
}
