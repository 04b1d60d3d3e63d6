#include <cornu/framework/base/files.hpp>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <span>
#include <stdexcept>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::FileError;
using cornu::testing::message_of;
using cornu::testing::TemporaryFolder;

namespace fs = std::filesystem;

TEST_CASE("files: what was written is read, byte for byte") {
  const TemporaryFolder folder;
  const std::string text("a\r\n\0b\xFF", 6);
  cornu::write_whole_file(folder.path("x"), text);
  CHECK(cornu::read_text_file(folder.path("x")) == text);
  cornu::write_whole_file(folder.path("x"), "");
  CHECK(cornu::read_text_file(folder.path("x")).empty());
  cornu::write_whole_file(folder.path("x"), {"in ", "", "parts"});
  CHECK(cornu::read_text_file(folder.path("x")) == "in parts");
  CHECK(folder.size() == 1);
}

TEST_CASE("files: a longer text than the limit is not read") {
  const TemporaryFolder folder;
  const std::string path = folder.write("x", "12345");
  CHECK(cornu::read_text_file(path, 5) == "12345");
  CHECK(message_of<FileError>([&] { cornu::read_text_file(path, 4); }).find("more than the 4 bytes") !=
        std::string::npos);
  CHECK_THROWS_AS(cornu::read_text_file("/dev/zero", 1000), FileError);
}

TEST_CASE("files: an older file keeps its permissions, a link its target") {
  const TemporaryFolder folder;
  const std::string path = folder.write("x", "old");
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink(path, folder.path("link"));
  cornu::write_whole_file(folder.path("link"), "new");
  CHECK(folder.read("x") == "new");
  CHECK(fs::is_symlink(folder.path("link")));
  CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("files: a file that is made in any order is whole, or what its maker throws leaves the older one") {
  const TemporaryFolder folder;
  const std::string path = folder.write("x", "older and longer");
  const auto bytes = [](std::string_view text) { return std::as_bytes(std::span(text)); };
  cornu::make_whole_file(path, [&](const cornu::WriteAt& write) {
    write(3, bytes("def"));
    write(0, bytes("abc"));
    write(6, bytes(""));
  });
  CHECK(folder.read("x") == "abcdef");
  const auto fail = [&](const cornu::WriteAt& write) {
    write(0, bytes("new"));
    throw std::out_of_range("no more");
  };
  CHECK_THROWS_WITH_AS(cornu::make_whole_file(path, fail), "no more", std::out_of_range);
  CHECK(folder.read("x") == "abcdef");
  CHECK(folder.size() == 1);
}

TEST_CASE("files: when one of several cannot be written, none is touched") {
  const TemporaryFolder folder;
  folder.write("a", "old");
  const std::string missing = folder.path("no/such/b");
  const auto write = [&] { cornu::write_whole_files({{folder.path("a"), "new"}, {missing, "new"}}); };
  CHECK(message_of<FileError>(write).find(missing) != std::string::npos);
  CHECK(folder.read("a") == "old");
  CHECK(folder.size() == 1);
}

TEST_CASE("files: missing files, folders and devices are refused by name") {
  const TemporaryFolder folder;
  const std::string missing = folder.path("missing");
  CHECK(message_of<FileError>([&] { cornu::read_text_file(missing); }).find(missing) != std::string::npos);
  CHECK(message_of<FileError>([&] { cornu::read_text_file(folder.path("")); }).find("folder") != std::string::npos);
  CHECK_THROWS_AS(cornu::write_whole_file(folder.path(""), "x"), FileError);
  CHECK_THROWS_AS(cornu::write_whole_file("/dev/null", "x"), FileError);
  CHECK_THROWS_AS(cornu::write_whole_file("", "x"), FileError);
}
