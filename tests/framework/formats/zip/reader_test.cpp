#include <cornu/framework/formats/zip/reader.hpp>

#include <doctest/doctest.h>

#include <array>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/formats/zip/stream.hpp>
#include <cornu/framework/formats/zip/writer.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using namespace cornu::formats;
using cornu::testing::message_of;

namespace {

std::string fixture(std::string_view name) { return read_text_file(testing::fixture_path(name)); }

std::string error_of(const std::string& bytes, const ZipLimits& limits = {}) {
  return message_of<FileError>([&] { ZipReader(as_part(bytes), "x.zip", limits); });
}

std::string repeated_text() {
  std::string text;
  for (int i = 0; i < 20; ++i) text += "the same words again and again, ";
  return text;
}

std::string all_bytes() {
  std::string text;
  for (int i = 0; i < 256; ++i) text += static_cast<char>(i);
  return text;
}

/// The names and contents of an archive, folders without.
std::vector<std::pair<std::string, std::string>> contents(const std::string& bytes) {
  const ZipReader archive(as_part(bytes), "x.zip");
  std::vector<std::pair<std::string, std::string>> result;
  for (const ZipMember& member : archive.members())
    if (!member.is_folder()) result.emplace_back(member.name, archive.read_text(member));
  return result;
}

using Contents = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST_CASE("zip: a stored archive as Keras writes it, in order, with content where it lies") {
  const std::string bytes = fixture("archive/keras.zip");
  CHECK(contents(bytes) == Contents{{"metadata.json", "{\"keras_version\": \"3.15.1\"}"},
                                    {"config.json", "{}"},
                                    {"model.weights.h5", all_bytes()},
                                    {"assets/layers/vocabulary.txt", "\n[UNK]\nthe\n"}});
  const ZipReader archive(as_part(bytes), "x.zip");
  const ZipMember& weights = archive.at("model.weights.h5");
  CHECK(weights.method == ZipMethod::stored);
  CHECK(weights.size == 256);
  CHECK(weights.compressed_size == 256);
  CHECK(bytes.substr(weights.offset, weights.size) == all_bytes());
  CHECK(archive.packed(weights).data() == as_part(bytes).data() + weights.offset);
}

TEST_CASE("zip: deflated members, folders, an empty member, a name beyond ASCII, a comment") {
  const std::string bytes = fixture("archive/deflated.zip");
  CHECK(contents(bytes) == Contents{{"assets/words.txt", repeated_text()}, {"wörter.txt", all_bytes()}, {"empty", ""}});
  const ZipReader archive(as_part(bytes), "x.zip");
  CHECK(archive.members()[0].is_folder());
  CHECK(archive.at("assets/words.txt").method == ZipMethod::deflated);
  CHECK(archive.at("assets/words.txt").compressed_size < 100);
}

TEST_CASE("zip: sizes behind the members, and zip64 records for members of any size") {
  CHECK(contents(fixture("archive/streamed.zip")) == Contents{{"stored", all_bytes()}, {"deflated", repeated_text()}});
  CHECK(contents(fixture("archive/zip64.zip")) == Contents{{"first", all_bytes()}, {"second", repeated_text()}});
}

TEST_CASE("zip: an archive without members") {
  CHECK(contents(std::string("PK\x05\x06") + std::string(18, '\0')).empty());
}

TEST_CASE("zip: a member is read piece by piece") {
  const std::string bytes = fixture("archive/deflated.zip");
  const ZipReader archive(as_part(bytes), "x.zip");
  ZipStream stream(archive, archive.at("assets/words.txt"));
  std::string text(640, ' ');
  const std::span<std::byte> to = std::as_writable_bytes(std::span(text));
  stream.read(to.first(1));
  stream.read(to.subspan(1, 0));
  CHECK(message_of<FileError>([&] { stream.read(std::as_writable_bytes(std::span(text))); }) ==
        "[read_zip] 'x.zip': member 'assets/words.txt': it ends too early; expected 1 more bytes");
  stream.read(to.subspan(1));
  stream.finish();
  CHECK(text == repeated_text());
}

TEST_CASE("zip: a stream that is finished too early says so") {
  const std::string bytes = fixture("archive/keras.zip");
  const ZipReader archive(as_part(bytes), "x.zip");
  ZipStream stream(archive, archive.at("model.weights.h5"));
  std::array<std::byte, 250> some{};
  stream.read(some);
  CHECK(message_of<FileError>([&] { stream.finish(); }).ends_with("it is too long; got 6 bytes behind its content"));
}

TEST_CASE("zip: a member of several blocks") {
  std::string text;
  for (unsigned i = 0; i < 300'000; ++i) text += static_cast<char>(i * 7919 >> 5 & 0xFF);
  for (const bool deflated : {false, true})
    CHECK(contents(zip_bytes({{.name = "large", .parts = {as_part(text)}, .deflated = deflated}})) ==
          Contents{{"large", text}});
}

TEST_CASE("zip: a member that is missing or longer than allowed is refused by name") {
  const std::string bytes = fixture("archive/keras.zip");
  const ZipReader archive(as_part(bytes), "m.keras");
  CHECK(archive.find("weights.h5") == nullptr);
  CHECK(message_of<FileError>([&] { archive.at("weights.h5"); }) ==
        "[read_zip] 'm.keras': no member 'weights.h5'; got 'metadata.json', 'config.json', 'model.weights.h5', "
        "'assets/layers/vocabulary.txt'");
  CHECK(message_of<FileError>([&] { archive.read_text(archive.at("model.weights.h5"), 255); }) ==
        "[read_zip] 'm.keras': member 'model.weights.h5': it has 256 bytes; expected at most 255");
}

TEST_CASE("zip: what is no archive is named") {
  CHECK(error_of("") == "[read_zip] 'x.zip': not a zip archive; got an empty file");
  CHECK(error_of("\x89HDF\r\n\x1A\n" + std::string(100, '\0')) ==
        "[read_zip] 'x.zip': not a zip archive; got an HDF5 file");
  CHECK(error_of(std::string(100, 'x')).ends_with("got a file of another kind"));
  CHECK(error_of(fixture("archive/keras.zip").substr(0, 300)) ==
        "[read_zip] 'x.zip': truncated: the list of members, which stands at the end of a zip archive, is missing");
}

TEST_CASE("zip: other methods are refused") {
  CHECK(error_of(fixture("archive/bzip2.zip")) ==
        "[read_zip] 'x.zip': member 'words.txt': compression method 12; expected 0 (stored) or 8 (deflated)");
}

TEST_CASE("zip: limits on members, names and what they unpack to") {
  const std::string text(100'000, 'a');
  const std::string bytes = zip_bytes({{.name = "first", .parts = {as_part(text)}, .deflated = true},
                                       {.name = "second", .parts = {as_part(text)}, .deflated = true}});
  CHECK(error_of(bytes).empty());
  CHECK(error_of(bytes, {.members = 2}).empty());
  CHECK(error_of(bytes, {.members = 1}).ends_with("2 members; expected at most 1"));
  CHECK(error_of(bytes, {.name_length = 6}).empty());
  CHECK(error_of(bytes, {.name_length = 5}).ends_with("member 'second': a name of 6 bytes; expected at most 5"));
  CHECK(error_of(bytes, {.ratio = 1, .free_size = 200'000}).empty());
  CHECK(
      error_of(bytes, {.ratio = 1, .free_size = 199'999}).find("member 'second': with it the members unpack to more") !=
      std::string::npos);
  CHECK(error_of(bytes, {.size = 199'999}).find("more than 199999 bytes") != std::string::npos);
  CHECK(error_of(bytes, {.ratio = 1'000, .free_size = 0}).empty());
  CHECK(error_of(bytes, {.ratio = ~std::uint64_t{0}, .free_size = 0}).empty());
}

TEST_CASE("zip: a bomb is refused before a byte of it is unpacked") {
  const std::string zeros(std::size_t{65} << 20, '\0');  // some 65 kB when packed
  const std::string bomb = zip_bytes({{.name = "bomb", .parts = {as_part(zeros)}, .deflated = true}});
  CHECK(bomb.size() < 100'000);
  CHECK(error_of(bomb).find("member 'bomb': with it the members unpack to more than 67108864 bytes") !=
        std::string::npos);
}
