#include <cornu/framework/formats/zip/stored.hpp>

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <zip.h>

#include <cstring>
#include <memory>
#include <string>

#include <cornu/framework/formats/zip/checksum.hpp>
#include <cornu/framework/formats/zip/reader.hpp>

using namespace cornu;
using namespace cornu::formats;

namespace {

using Archive = std::unique_ptr<zip_t, void (*)(zip_t*)>;

/// Opened by libzip, which also compares both headers of each member.
Archive opened(const std::string& bytes) {
  zip_source_t* const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, nullptr);
  return {zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, nullptr), zip_discard};
}

std::string content_of(const Archive& archive, std::uint64_t index) {
  zip_stat_t stat;
  REQUIRE(zip_stat_index(archive.get(), index, 0, &stat) == 0);
  std::string content(stat.size, '\0');
  zip_file_t* const file = zip_fopen_index(archive.get(), index, 0);
  REQUIRE(file);
  REQUIRE(zip_fread(file, content.data(), content.size()) == static_cast<zip_int64_t>(content.size()));
  char more = 0;
  CHECK(zip_fread(file, &more, 1) == 0);  // and libzip has compared the checksum
  CHECK(zip_fclose(file) == 0);
  return content;
}

/// Memory for an archive that is larger than what is written of it: the rest are zeros that take no room.
class Sparse {
 public:
  explicit Sparse(std::size_t size) : size_(size) {
    void* const memory =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    bytes_ = static_cast<std::byte*>(memory);
  }
  ~Sparse() { ::munmap(bytes_, size_); }
  Sparse(const Sparse&) = delete;
  Sparse& operator=(const Sparse&) = delete;

  void write(std::uint64_t offset, std::span<const std::byte> bytes, bool is_zero) {
    REQUIRE(offset + bytes.size() <= size_);
    if (!is_zero && !bytes.empty()) std::memcpy(bytes_ + offset, bytes.data(), bytes.size());
    end_ = std::max<std::size_t>(end_, offset + bytes.size());
  }
  std::span<const std::byte> written() const { return {bytes_, end_}; }

 private:
  std::size_t size_, end_ = 0;
  std::byte* bytes_;
};

}  // namespace

TEST_CASE("stored zip: libzip reads names, contents, times and checksums, and finds both headers alike") {
  const std::string text(1'001, 'a');
  const std::string bytes = zip_bytes({{.name = "x/parts", .parts = {as_part("ab"), {}, as_part("cd")}},
                                       {.name = "größe", .parts = {as_part(text)}, .modified = {0x1234, 0x5678}},
                                       {.name = "empty", .parts = {}, .alignment = 64},
                                       {.name = "aligned", .parts = {as_part(text)}, .alignment = 64}});
  const Archive archive = opened(bytes);
  REQUIRE(archive);
  REQUIRE(zip_get_num_entries(archive.get(), 0) == 4);
  CHECK(content_of(archive, 0) == "abcd");
  CHECK(content_of(archive, 1) == text);
  CHECK(content_of(archive, 2).empty());
  CHECK(content_of(archive, 3) == text);
  CHECK(std::string(zip_get_name(archive.get(), 0, 0)) == "x/parts");
  CHECK(std::string(zip_get_name(archive.get(), 1, ZIP_FL_ENC_STRICT)) == "größe");
  zip_stat_t stat;
  REQUIRE(zip_stat_index(archive.get(), 0, 0, &stat) == 0);
  CHECK(stat.crc == checksum_of(0, as_part("abcd")));
  CHECK(stat.comp_method == ZIP_CM_STORE);
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  REQUIRE(zip_file_get_external_attributes(archive.get(), 0, 0, &system, &attributes) == 0);
  CHECK(system == ZIP_OPSYS_UNIX);
  CHECK(attributes == 0100644U << 16);
}

TEST_CASE("stored zip: content of several blocks has one checksum") {
  std::string text;
  while (text.size() < 1'000'000) text += std::to_string(text.size());
  const std::string bytes = zip_bytes({{.name = "long", .parts = {as_part("0"), as_part(text)}}});
  const Archive archive = opened(bytes);
  REQUIRE(archive);
  CHECK(content_of(archive, 0) == "0" + text);
}

TEST_CASE("stored zip: a member beyond 4 GiB, and one behind it, have zip64 records") {
  const std::string zeros(std::size_t{1} << 20, '\0');
  const ZipEntry large{.name = "large", .parts = std::vector(4'097, as_part(zeros)), .alignment = 64};
  const std::vector<ZipEntry> entries{large, {.name = "behind", .parts = {as_part("it")}}};
  Sparse archive((std::size_t{4'097} << 20) + 4'096);
  constexpr std::size_t longest_record = 4'096;
  write_stored([&](auto offset, auto bytes) { archive.write(offset, bytes, bytes.size() > longest_record); }, entries);

  const ZipReader reader(archive.written(), "x.zip");
  REQUIRE(reader.members().size() == 2);
  CHECK(reader.at("large").size == std::uint64_t{4'097} << 20);
  CHECK(reader.at("large").offset % 64 == 0);
  CHECK(reader.at("behind").offset > std::uint64_t{4'097} << 20);
  CHECK(reader.read_text(reader.at("behind")) == "it");
}

TEST_CASE("stored zip: more members than 16 bits count") {
  std::vector<ZipEntry> entries;
  for (int i = 0; i < 65'536; ++i) entries.push_back({.name = std::to_string(i), .parts = {}});
  const std::string bytes = zip_bytes(entries);
  const Archive archive = opened(bytes);
  REQUIRE(archive);
  CHECK(zip_get_num_entries(archive.get(), 0) == 65'536);
  CHECK(ZipReader(as_part(bytes), "x.zip").members().size() == 65'536);
}

TEST_CASE("stored zip: what the writing throws passes") {
  const WriteAt full = [](std::uint64_t, std::span<const std::byte>) { throw std::bad_alloc(); };
  CHECK_THROWS_AS(write_stored(full, {{.name = "x", .parts = {as_part("1")}}}), std::bad_alloc);
}
