#include <cornu/framework/formats/zip/writer.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <optional>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/formats/zip/reader.hpp>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using namespace cornu::formats;
using cornu::testing::message_of;
using cornu::testing::TemporaryFolder;

namespace {

std::uint64_t number_at(const std::string& bytes, std::size_t at, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = size; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes.at(at + i));
  return number;
}

/// A time zone for a while.
class TimeZone {
 public:
  explicit TimeZone(const char* name) {
    if (const char* const before = std::getenv("TZ")) before_ = before;
    ::setenv("TZ", name, 1);
    ::tzset();
  }
  ~TimeZone() {
    if (before_)
      ::setenv("TZ", before_->c_str(), 1);
    else
      ::unsetenv("TZ");
    ::tzset();
  }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;

 private:
  std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("write_zip: members are read as they were given, in order, in parts or whole, stored or deflated") {
  const std::string text(1'000, 'a');
  const std::string bytes = zip_bytes({{.name = "z/parts", .parts = {as_part("ab"), as_part(""), as_part("cd")}},
                                       {.name = "a", .parts = {as_part(text)}, .deflated = true},
                                       {.name = "größe", .parts = {}},
                                       {.name = "folder/", .parts = {}}});
  const ZipReader archive(as_part(bytes), "x.zip");
  REQUIRE(archive.members().size() == 4);
  CHECK(archive.members()[0].name == "z/parts");
  CHECK(archive.members()[0].method == ZipMethod::stored);
  CHECK(archive.read_text(archive.members()[0]) == "abcd");
  CHECK(archive.members()[1].method == ZipMethod::deflated);
  CHECK(archive.members()[1].compressed_size < 50);
  CHECK(archive.read_text(archive.members()[1]) == text);
  CHECK(archive.read_text(archive.at("größe")).empty());
  CHECK(archive.members()[3].is_folder());
}

TEST_CASE("write_zip: stored members carry what Keras's do: method 0, no flags, 1980-01-01 in any time zone") {
  for (const char* zone : {"UTC", "America/New_York", "Asia/Tokyo"}) {
    const TimeZone time_zone(zone);
    const std::string bytes = zip_bytes({{.name = "config.json", .parts = {as_part("{}")}}});
    for (const std::size_t header : {std::size_t{6}, bytes.find("PK\x01\x02") + 8}) {
      CHECK(number_at(bytes, header, 2) == 0);         // flags
      CHECK(number_at(bytes, header + 2, 2) == 0);     // method
      CHECK(number_at(bytes, header + 4, 2) == 0);     // time
      CHECK(number_at(bytes, header + 6, 2) == 0x21);  // date
    }
  }
}

TEST_CASE("write_zip: a time is written as local time, in steps of two seconds") {
  const TimeZone time_zone("America/New_York");
  const DosTime time = DosTime::of(1'795'000'001);  // 2026-11-18 06:06:41 there
  CHECK(time.date == (46 << 9 | 11 << 5 | 18));
  CHECK(time.time == (6 << 11 | 6 << 5 | 20));
  const std::string bytes = zip_bytes({{.name = "x", .parts = {as_part("1")}, .modified = time}});
  CHECK(number_at(bytes, 10, 2) == time.time);
  CHECK(number_at(bytes, 12, 2) == time.date);
  CHECK(DosTime::of(0).date == 0x21);
  CHECK(DosTime::of(std::time_t{1} << 40).date == 0x21);
}

TEST_CASE("write_zip: stored contents begin where they were asked to") {
  const std::string text(1'001, 'a');
  std::vector<ZipEntry> entries;
  for (const char* name : {"a", "bc", "größe", "a/long/name/that/goes/on"})
    entries.push_back({.name = name, .parts = {as_part(text)}, .modified = {}, .alignment = 64});
  entries.insert(entries.begin() + 1, {.name = "anywhere", .parts = {as_part("x")}});
  const std::string bytes = zip_bytes(entries);
  const ZipReader archive(as_part(bytes), "x.zip");
  for (const ZipMember& member : archive.members()) {
    if (member.name != "anywhere") CHECK(member.offset % 64 == 0);
    CHECK(archive.read_text(member) == (member.name == "anywhere" ? "x" : text));
  }
}

TEST_CASE("write_zip: a file is the bytes in memory, and replaces an older one") {
  const TemporaryFolder folder;
  const std::vector<ZipEntry> entries{{.name = "a", .parts = {as_part("first")}},
                                      {.name = "b", .parts = {as_part("2")}}};
  const std::string path = folder.write("x.zip", std::string(10'000, 'o'));
  write_zip(path, entries);
  CHECK(folder.read("x.zip") == zip_bytes(entries));
  CHECK(folder.size() == 1);
}

TEST_CASE("write_zip: an archive without members is one that Python reads") {
  CHECK(zip_bytes({}) == std::string("PK\x05\x06") + std::string(18, '\0'));
}

TEST_CASE("write_zip: refuses names, and leaves an older file as it was") {
  const TemporaryFolder folder;
  const std::string path = folder.write("x.zip", "old");
  const auto error_of = [&](const std::string& name) {
    return message_of<ValueError>([&] { write_zip(path, {{.name = "a", .parts = {}}, {.name = name, .parts = {}}}); });
  };
  CHECK(error_of("../x") == "[write_zip] the name of a member leads out of the archive; got '../x'");
  CHECK(error_of("a") == "[write_zip] two members have one name; got 'a'");
  CHECK(error_of("").find("is empty") != std::string::npos);
  CHECK(error_of("a\\b").find("holds a backslash") != std::string::npos);
  CHECK(error_of(std::string(4'097, 'a')).find("is too long") != std::string::npos);
  CHECK_THROWS_AS(write_zip(folder.path("no/such/x.zip"), {{.name = "a", .parts = {}}}), FileError);
  CHECK(folder.read("x.zip") == "old");
  CHECK(folder.size() == 1);
}
