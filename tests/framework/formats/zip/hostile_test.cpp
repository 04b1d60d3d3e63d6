// Archives that lie: each is a good one of which some bytes are changed.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/formats/zip/reader.hpp>
#include <cornu/framework/formats/zip/writer.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using namespace cornu::formats;
using cornu::testing::contains;
using cornu::testing::message_of;

namespace {

const std::string first_content = "0123456789", second_content = "abcabcabcabcabcabcabcabcabcabcabcabc";

std::string good() {
  return zip_bytes({{.name = "first", .parts = {as_part(first_content)}},
                    {.name = "other", .parts = {as_part(second_content)}, .deflated = true}});
}

// Where the headers of the two members begin, and the end of the archive.
std::size_t local_of(const std::string& bytes, int which) {
  const std::size_t first = bytes.find("PK\x03\x04");
  return which == 0 ? first : bytes.find("PK\x03\x04", first + 1);
}
std::size_t central_of(const std::string& bytes, int which) {
  const std::size_t first = bytes.find("PK\x01\x02");
  return which == 0 ? first : bytes.find("PK\x01\x02", first + 1);
}
std::size_t end_of(const std::string& bytes) { return bytes.find("PK\x05\x06"); }

void put(std::string& bytes, std::size_t at, std::uint64_t number, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes.at(at + i) = static_cast<char>(number >> 8 * i & 0xFF);
}

void read_all(const std::string& bytes) {
  const ZipReader archive(as_part(bytes), "x.zip");
  for (const ZipMember& member : archive.members()) archive.read_text(member);
}

/// What reading says of a good archive after `change`.
std::string error_after(const std::function<void(std::string&)>& change) {
  std::string bytes = good();
  change(bytes);
  const std::string message = message_of<FileError>([&] { read_all(bytes); }), start = "[read_zip] 'x.zip': ";
  CHECK(message.starts_with(start));
  return message.substr(std::min(start.size(), message.size()));
}

// The same field of both headers of a member.
std::string error_after_both(int which, std::size_t central_field, std::uint64_t number, std::size_t size) {
  return error_after([&](std::string& bytes) {
    put(bytes, central_of(bytes, which) + central_field, number, size);
    put(bytes, local_of(bytes, which) + central_field - 2, number, size);
  });
}

std::string renamed_to(std::string_view name) {
  return error_after([&](std::string& bytes) {
    std::copy(name.begin(), name.end(), bytes.begin() + static_cast<std::ptrdiff_t>(central_of(bytes, 1)) + 46);
    std::copy(name.begin(), name.end(), bytes.begin() + static_cast<std::ptrdiff_t>(local_of(bytes, 1)) + 30);
  });
}

/// Whether it is refused, or gives the contents that the good one has.
bool is_refused_or_right(const std::string& bytes) {
  try {
    const ZipReader archive(as_part(bytes), "x.zip");
    for (const ZipMember& member : archive.members()) {
      const std::string text = archive.read_text(member);
      if (text != first_content && text != second_content) return false;
    }
    return true;
  } catch (const FileError&) {
    return true;
  }
}

}  // namespace

TEST_CASE("hostile zip: checksums and sizes that are not so") {
  CHECK(error_after([](std::string& bytes) {
          bytes[bytes.find("0123")] = '1';
        }).starts_with("member 'first': wrong checksum; got "));
  CHECK(contains(error_after_both(0, 16, 0, 4), "member 'first': wrong checksum"));
  CHECK(contains(error_after_both(0, 24, 11, 4), "stored, but 10 bytes in the archive are said to be 11"));
  CHECK(contains(error_after_both(0, 24, 9, 4), "stored, but 10 bytes in the archive are said to be 9"));
  CHECK(contains(error_after_both(1, 24, second_content.size() - 1, 4), "unpack to more than the 35 bytes"));
  CHECK(contains(error_after_both(1, 24, second_content.size() + 1, 4), "cannot be unpacked to as many bytes"));
  CHECK(contains(error_after_both(1, 20, 5, 4), "cannot be unpacked to as many bytes"));
  CHECK(contains(error_after_both(1, 20, 100'000, 4), "member 'other': truncated; got"));
  CHECK(contains(error_after_both(1, 24, 0xFFFFFFF0, 4), "with it the members unpack to more than"));
}

TEST_CASE("hostile zip: a stored member that ends before its place does") {
  const std::string text = error_after([](std::string& bytes) {
    for (const std::size_t field : {20U, 24U}) {
      put(bytes, central_of(bytes, 0) + field, 9, 4);
      put(bytes, local_of(bytes, 0) + field - 2, 9, 4);
    }
  });
  CHECK(contains(text, "member 'first': wrong checksum"));
}

TEST_CASE("hostile zip: encrypted members and unknown methods") {
  for (const std::uint64_t flags : {0x1U, 0x41U, 0x2000U})
    CHECK(contains(error_after_both(0, 8, flags, 2), "encrypted"));
  CHECK(contains(error_after([](std::string& bytes) { put(bytes, local_of(bytes, 0) + 6, 1, 2); }),
                 "says something else than the list"));
  CHECK(contains(error_after_both(0, 10, 14, 2), "compression method 14"));
  CHECK(contains(error_after_both(0, 10, 99, 2), "compression method 99"));
}

TEST_CASE("hostile zip: unsafe and repeated names") {
  CHECK(renamed_to("../ab") == "member '../ab': its name leads out of the archive");
  CHECK(renamed_to("/abcd") == "member '/abcd': its name is absolute");
  CHECK(renamed_to(std::string_view("a\0cde", 5)) == "member 'a\\x00cde': its name holds a control character");
  CHECK(renamed_to("a\\cde") == "member 'a\\cde': its name holds a backslash");
  CHECK(renamed_to("first") == "member 'first': two members have this name");
}

TEST_CASE("hostile zip: a header in front of a member that says something else") {
  for (const std::size_t field : {8U, 14U, 18U, 22U, 30U})
    CHECK(contains(error_after([&](std::string& bytes) { bytes[local_of(bytes, 0) + field] ^= 1; }),
                   "member 'first': the header in front of it says something else"));
  CHECK(contains(error_after([](std::string& bytes) { put(bytes, local_of(bytes, 0), 0, 4); }),
                 "expected the header of a member at 0"));
  CHECK(
      contains(error_after([](std::string& bytes) { put(bytes, local_of(bytes, 0) + 28, 0xFFFF, 2); }), "is too long"));
}

TEST_CASE("hostile zip: members that lie over each other or elsewhere") {
  std::string inner = zip_bytes({{.name = "a", .parts = {as_part(first_content)}}});
  inner.resize(inner.find("PK\x01\x02"));  // a member's header and content, as the content of another
  std::string bytes =
      zip_bytes({{.name = "b", .parts = {as_part(inner)}}, {.name = "a", .parts = {as_part(first_content)}}});
  put(bytes, bytes.rfind("PK\x01\x02") + 42, 31, 4);
  CHECK(message_of<FileError>([&] { read_all(bytes); }) == "[read_zip] 'x.zip': member 'a': it overlaps 'b'");

  CHECK(error_after([](std::string& text) {
          for (const std::size_t field : {20U, 24U}) {  // one byte longer than its place is
            put(text, central_of(text, 0) + field, 11, 4);
            put(text, local_of(text, 0) + field - 2, 11, 4);
          }
        }) == "member 'other': it overlaps 'first'");
  CHECK(contains(error_after([](std::string& text) { put(text, central_of(text, 1) + 42, 0, 4); }),
                 "says something else than the list"));
  for (const std::uint64_t offset : {std::uint64_t{1}, std::uint64_t{0xFFFFFFF0}, std::uint64_t{0xFFFFFFFF}})
    CHECK(contains(error_after([&](std::string& text) { put(text, central_of(text, 0) + 42, offset, 4); }), ""));
}

TEST_CASE("hostile zip: a list of members that is elsewhere, shorter or longer") {
  const auto change_end = [](std::size_t field, std::uint64_t number, std::size_t size) {
    return error_after([&](std::string& bytes) { put(bytes, end_of(bytes) + field, number, size); });
  };
  CHECK(contains(change_end(16, 0, 4), "truncated or damaged"));
  CHECK(contains(change_end(12, 0xFFFFFFFF, 4), "truncated or damaged"));
  CHECK(contains(change_end(10, 3, 2), "on several disks"));
  CHECK(contains(change_end(4, 1, 2), "on several disks"));
  CHECK(contains(error_after([](std::string& bytes) { put(bytes, end_of(bytes) + 8, 0x00030003, 4); }),
                 "expected the header of a member"));
  CHECK(contains(error_after([](std::string& bytes) { put(bytes, end_of(bytes) + 8, 0x00010001, 4); }),
                 "its list of 1 members is longer"));
  CHECK(contains(error_after([](std::string& bytes) { bytes += "x"; }), "is missing"));
  CHECK(contains(error_after([](std::string& bytes) { bytes.insert(0, "x"); }), "truncated or damaged"));
}

TEST_CASE("hostile zip: zip64 records that lie") {
  const std::string zip64 = read_text_file(testing::fixture_path("archive/zip64.zip"));
  const std::size_t record = zip64.find("PK\x06\x06"), locator = zip64.find("PK\x06\x07");
  for (const std::size_t at :
       {record + 4, record + 16, record + 24, record + 32, record + 40, record + 48, locator + 8})
    for (const std::uint64_t number : {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{1} << 63}) {
      std::string bytes = zip64;
      put(bytes, at, number, 8);
      if (bytes != zip64) CHECK_THROWS_AS(read_all(bytes), FileError);
    }
  std::string bytes = zip64;  // a field that is too short for the numbers that it should hold
  put(bytes, bytes.find("PK\x01\x02") + 46 + 5 + 2, 4, 2);
  CHECK_THROWS_AS(read_all(bytes), FileError);
}

TEST_CASE("hostile zip: cut anywhere, it is refused") {
  for (const char* name : {"archive/keras.zip", "archive/deflated.zip", "archive/streamed.zip", "archive/zip64.zip"}) {
    const std::string bytes = read_text_file(testing::fixture_path(name));
    CHECK_NOTHROW(read_all(bytes));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      CAPTURE(length);
      CHECK_THROWS_AS(read_all(bytes.substr(0, length)), FileError);
    }
  }
}

TEST_CASE("hostile zip: whatever byte is changed, it is refused or its contents are right") {
  const std::string bytes = good();
  for (std::size_t at = 0; at < bytes.size(); ++at)
    for (const int change : {0x01, 0x10, 0x80, 0xFF}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ change);
      CAPTURE(at);
      CAPTURE(change);
      CHECK(is_refused_or_right(changed));
    }
}
