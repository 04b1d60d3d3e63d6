#include <cornu/framework/formats/npz.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/formats/npy.hpp>
#include <cornu/framework/formats/zip/reader.hpp>
#include <cornu/framework/formats/zip/writer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using cornu::formats::as_part;
using cornu::testing::contains;
using cornu::testing::message_of;
using cornu::testing::TemporaryFolder;

namespace {

std::string fixture(std::string_view name) { return testing::fixture_path("archive/" + std::string(name)); }

bool is_same(const Tensor& a, const Tensor& b) {
  return a.dtype() == b.dtype() && a.shape() == b.shape() &&
         std::memcmp(a.identity()->storage->bytes, b.identity()->storage->bytes, a.nbytes()) == 0;
}

bool is_same(const NamedTensors& a, const NamedTensors& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.first == y.first && is_same(x.second, y.second); });
}

/// What make.py puts into arrays.npz and compressed.npz, in the order of NumPy: named arrays first.
NamedTensors expected_arrays() {
  return {{"kernel", Tensor({-1.0, -0.5, 0.0, 0.5, 1.0})},
          {"ids", Tensor({{std::numeric_limits<std::int32_t>::min()}, {7}})},
          {"long", Tensor(std::numeric_limits<std::int64_t>::max())},
          {"mask", Tensor({true, false, true})},
          {"none", Tensor::zeros({0, 3})},
          {"six",
           Tensor({std::int64_t{0}, std::int64_t{1}, std::int64_t{2}, std::int64_t{3}}).with_shape({1, 2, 1, 1, 2, 1})},
          {"layers/dense/größe", Tensor({1.5f})},
          {"arr_0", Tensor({{0.f, 1.f, 2.f}, {3.f, 4.f, 5.f}})}};
}

std::string error_of(const std::string& path, const ReadNpzOptions& options = {}) {
  return message_of<FileError>([&] { read_npz(path, options); });
}

std::string error_of_bytes(const std::string& bytes) {
  return message_of<FileError>([&] { read_npz(as_part(bytes), "x.npz"); });
}

/// Whether it is refused, or gives the arrays that the good one has.
bool is_refused_or_right(const std::string& bytes) {
  try {
    const NamedTensors arrays = read_npz(as_part(bytes), "x.npz"), expected = expected_arrays();
    return std::equal(arrays.begin(), arrays.end(), expected.begin(), expected.end(),
                      [](const auto& x, const auto& y) { return is_same(x.second, y.second); });
  } catch (const FileError&) {
    return true;
  }
}

}  // namespace

TEST_CASE("read_npz: what NumPy wrote, stored and compressed, read, mapped and from memory") {
  for (const char* name : {"arrays.npz", "compressed.npz"}) {
    CHECK(is_same(read_npz(fixture(name)), expected_arrays()));
    CHECK(is_same(read_npz(fixture(name), {.memory_map = true}), expected_arrays()));
    const std::string bytes = read_text_file(fixture(name));
    CHECK(is_same(read_npz(as_part(bytes), "bytes"), expected_arrays()));
  }
}

TEST_CASE("write_npz: is read as it was written") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.npz");
  for (const bool compressed : {false, true})
    for (const bool map : {false, true}) {
      write_npz(path, expected_arrays(), {.compressed = compressed});
      CHECK(is_same(read_npz(path, {.memory_map = map}), expected_arrays()));
    }
}

TEST_CASE(
    "read_npz: arrays of many megabytes, whose part of the file is let go of, and what lies in memory, which is not") {
  const TemporaryFolder folder;
  NamedTensors arrays;
  for (std::int64_t count : {3'000'000, 5, 2'500'001}) {
    Tensor array = Tensor::uninitialized({count}, int32);
    for (std::int64_t i = 0; i < count; ++i)
      array.mutable_data<std::int32_t>()[i] = static_cast<std::int32_t>(i * i % 1'000'003);
    arrays.add("x" + std::to_string(count), array);
  }
  for (const bool compressed : {false, true}) {
    const std::string path = folder.path("x.npz");
    write_npz(path, arrays, {.compressed = compressed});
    for (const bool memory_map : {false, true}) CHECK(is_same(read_npz(path, {.memory_map = memory_map}), arrays));
    const std::string bytes = folder.read("x.npz"), before = bytes;
    CHECK(is_same(read_npz(as_part(bytes), "x.npz"), arrays));
    CHECK((bytes == before));
  }
}

TEST_CASE("write_npz: members are the files of numpy.save, dated 1980 and named with .npy") {
  const TemporaryFolder folder;
  write_npz(folder.path("x.npz"), {{"a", Tensor({1.f, 2.f})}});
  write_npy(folder.path("a.npy"), Tensor({1.f, 2.f}));
  const std::string bytes = folder.read("x.npz");
  const formats::ZipReader archive(as_part(bytes), "x.npz");
  REQUIRE(archive.members().size() == 1);
  CHECK(archive.members()[0].method == formats::ZipMethod::stored);
  CHECK(archive.read_text(archive.at("a.npy")) == folder.read("a.npy"));
  CHECK(bytes.substr(10, 4) == std::string("\0\0\x21\0", 4));
}

TEST_CASE("write_npz: compressed arrays take less room") {
  const TemporaryFolder folder;
  write_npz(folder.path("x.npz"), {{"zeros", Tensor::zeros({1000})}}, {.compressed = true});
  CHECK(folder.read("x.npz").size() < 500);
}

TEST_CASE("read_npz: mapped arrays share the file, may be written, and outlive each other and the file's name") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.npz");
  random::set_seed(1);
  const NamedTensors start{{"a", random::normal({1000, 3})}, {"odd name", random::normal({7})}};
  write_npz(path, start);
  const std::string before = folder.read("x.npz");

  Tensor a = read_npz(path, {.memory_map = true})["a"];
  CHECK(is_same(a, start["a"]));
  a.mutable_data<float>()[0] = 7;
  CHECK(folder.read("x.npz") == before);
  write_npz(path, {});
  CHECK(a.values<float>()[0] == 7);
  CHECK(a.values<float>()[2999] == start["a"].values<float>()[2999]);
}

TEST_CASE("read_npz: with memory_map all arrays of write_npz lie in one piece of memory, as in the file") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.npz");
  write_npz(path, {{"a", Tensor({1.f})}, {"bcd", Tensor({1.0, 2.0})}, {"e", Tensor({std::int64_t{3}})}});
  const std::string bytes = folder.read("x.npz");
  const formats::ZipReader archive(as_part(bytes), path);
  const NamedTensors mapped = read_npz(path, {.memory_map = true});
  const std::byte* const first = mapped["a"].identity()->storage->bytes;
  const auto begin = [&](const char* name) { return static_cast<std::ptrdiff_t>(archive.at(name).offset); };
  CHECK(mapped["bcd"].identity()->storage->bytes - first == begin("bcd.npy") - begin("a.npy"));
  CHECK(mapped["e"].identity()->storage->bytes - first == begin("e.npy") - begin("a.npy"));
  CHECK(reinterpret_cast<std::uintptr_t>(first) % 64 == 0);
}

TEST_CASE("read_npz: checksums are looked at, but of what is mapped") {
  const TemporaryFolder folder;
  write_npz(folder.path("x.npz"), {{"a", Tensor({1.f, 2.f})}});
  std::string bytes = folder.read("x.npz");
  bytes[bytes.find("PK\x01\x02") - 1] ^= 1;
  const std::string path = folder.write("x.npz", bytes);
  CHECK(contains(error_of(path), "[read_npz] '" + path + "': member 'a.npy': wrong checksum"));
  CHECK(read_npz(path, {.memory_map = true})["a"].size() == 2);
}

TEST_CASE("read_npz: arrays of other kinds are refused by name") {
  for (const bool map : {false, true}) {
    const auto refused = [&](const char* file) { return error_of(fixture(file), {.memory_map = map}); };
    CHECK(contains(refused("objects.npz"), "objects.npz/bad.npy': it holds Python objects, which is a pickle"));
    CHECK(contains(refused("complex.npz"), "complex.npz/waves.npy': dtype '<c8' is not supported"));
    CHECK(
        contains(refused("beyond.npz"), "beyond.npz/ids.npy': the number 9223372036854775808 does not fit into int64"));
    CHECK(contains(refused("text.npz"), "text.npz/readme.txt': not a file of numpy.save"));
  }
}

TEST_CASE("read_npz: numbers of other dtypes become the narrowest that holds them, big-endian ones are turned round") {
  const auto is = [](const Tensor& a, const Tensor& b) { return a.dtype() == b.dtype() && ops::array_equal(a, b); };
  for (const bool map : {false, true}) {
    const NamedTensors all = read_npz(fixture("dtypes.npz"), {.memory_map = map});
    CHECK(is(all["float16"], Tensor({-65504.f, 0x1p-24f, 0.0999755859375f, std::numeric_limits<float>::infinity()})));
    CHECK(is(all["int8"], Tensor({-128, 1, 127})));
    CHECK(is(all["int16"], Tensor({-32768, 1, 32767})));
    CHECK(is(all["uint8"], Tensor({0, 1, 255})));
    CHECK(is(all["uint16"], Tensor({0, 1, 65535})));
    CHECK(is(all["uint32"], Tensor({std::int64_t{0}, std::int64_t{1}, std::int64_t{4294967295}})));
    CHECK(is(all["uint64"], Tensor({std::int64_t{0}, std::numeric_limits<std::int64_t>::max()})));
    const Tensor with_sign({{1, 2, 3}, {-4, 5, 600}}), without({{1, 2, 3}, {4, 5, 600}});
    for (const char* name : {"i2", "i4", "turned"}) CHECK(is(all[name], with_sign));
    for (const char* name : {"f2", "f4"}) CHECK(is(all[name], with_sign.astype(float32)));
    CHECK(is(all["f8"], with_sign.astype(float64)));
    CHECK(is(all["i8"], with_sign.astype(int64)));
    CHECK(is(all["u2"], without));
    for (const char* name : {"u4", "u8"}) CHECK(is(all[name], without.astype(int64)));
    CHECK(is(all["none"], Tensor::zeros({0, 3}, int32)));
  }
}

TEST_CASE("read_npz: arrays in Fortran order are put in C order") {
  for (const bool map : {false, true}) {
    const Tensor turned = read_npz(fixture("fortran.npz"), {.memory_map = map})["turned"];
    CHECK(turned.shape() == Shape{2, 3});
    CHECK(turned.to_vector<float>() == std::vector<float>{0, 1, 2, 3, 4, 5});
  }
}

TEST_CASE("read_npz: files that are no archive are named for what they are") {
  const TemporaryFolder folder;
  write_npy(folder.path("x.npy"), Tensor({1.f}));
  CHECK(contains(error_of(folder.path("x.npy")), "x.npy': not a zip archive; got a file of numpy.save"));
  CHECK(contains(error_of(folder.write("empty", "")), "got an empty file"));
  CHECK(contains(error_of(folder.path("missing")), "[read_npz] cannot read '" + folder.path("missing")));
  CHECK(contains(error_of(folder.path(".")), "a folder or a device"));
  CHECK(contains(error_of(folder.path(std::string("x.npy\0y", 7))), "a NUL in the name"));
}

TEST_CASE("read_npz: an array that declares more than is stored, and two of one name") {
  const std::string lie = "\x93NUMPY" + std::string("\x01\0\x46\0", 4) +
                          "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }\n";
  REQUIRE(lie.size() == 80);
  for (const bool deflated : {false, true})
    CHECK(
        error_of_bytes(formats::zip_bytes({{.name = "a.npy", .parts = {as_part(lie)}, .deflated = deflated}})) ==
        "[read_npz] 'x.npz/a.npy': not as long as it says; got 0 bytes of elements; expected 4000000000000 for float32 "
        "(1000000000000,)");
  const TemporaryFolder folder;
  write_npy(folder.path("x.npy"), Tensor({1.f}));
  const std::string array = folder.read("x.npy");
  CHECK(contains(error_of_bytes(formats::zip_bytes(
                     {{.name = "a", .parts = {as_part(array)}}, {.name = "a.npy", .parts = {as_part(array)}}})),
                 "member 'a.npy': two arrays have this name"));
}

TEST_CASE("read_npz: an archive that unpacks to too much is read when that is asked for") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.npz");
  write_npz(path, {{"zeros", Tensor::zeros({(1 << 23) + 1}, float64)}}, {.compressed = true});
  CHECK(contains(error_of(path), "member 'zeros.npy': with it the members unpack to more than"));
  CHECK(read_npz(path, {.max_ratio = 2000})["zeros"].size() == (1 << 23) + 1);
}

TEST_CASE("read_npz: cut anywhere it is refused; whatever byte is changed, it is refused or its arrays are right") {
  const std::string bytes = read_text_file(fixture("compressed.npz"));
  for (std::size_t length = 0; length < bytes.size(); ++length)
    CHECK_THROWS_AS(read_npz(as_part(bytes.substr(0, length)), "x.npz"), FileError);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x11);
    CAPTURE(at);
    CHECK(is_refused_or_right(changed));
  }
}

TEST_CASE("write_npz: refuses what cannot be written, and leaves an older file as it was") {
  const TemporaryFolder folder;
  const std::string path = folder.write("x.npz", "old");
  CHECK_THROWS_AS(write_npz(path, {{"a", Tensor::symbolic({2})}}), StateError);
  CHECK_THROWS_WITH_AS(write_npz(path, {{"../a", Tensor({1.f})}}),
                       "[write_npz] the name of a member leads out of the archive; got '../a.npy'", ValueError);
  CHECK_THROWS_AS(write_npz(path, {{"/a", Tensor({1.f})}}), ValueError);
  CHECK_THROWS_AS(write_npz(folder.path("no/such/x.npz"), {{"a", Tensor({1.f})}}), FileError);
  CHECK(folder.read("x.npz") == "old");
  CHECK(folder.size() == 1);
}

TEST_CASE("write_npz: no array at all makes an archive without members") {
  const TemporaryFolder folder;
  write_npz(folder.path("x.npz"), {});
  CHECK(read_npz(folder.path("x.npz")).empty());
}
