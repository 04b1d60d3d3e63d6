#include <cornu/framework/formats/mapped_file.hpp>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cornu/framework/base/errors.hpp>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::FileError;
using cornu::formats::MappedFile;
using cornu::testing::message_of;
using cornu::testing::TemporaryFolder;

TEST_CASE("mapped file: has the bytes of the file, and what is written stays in memory") {
  const TemporaryFolder folder;
  const std::string path = folder.write("x", "abc");
  const MappedFile file(path);
  REQUIRE(file.bytes().size() == 3);
  CHECK(file.bytes()[2] == std::byte{'c'});
  file.bytes()[2] = std::byte{'d'};
  CHECK(file.bytes()[2] == std::byte{'d'});
  CHECK(folder.read("x") == "abc");
}

TEST_CASE("mapped file: an empty file is empty; what is no file is refused by name") {
  const TemporaryFolder folder;
  CHECK(MappedFile(folder.write("empty", "")).bytes().empty());
  const auto error_of = [](const std::string& path) { return message_of<FileError>([&] { MappedFile file(path); }); };
  CHECK(error_of(folder.path("missing")).find("cannot read '" + folder.path("missing") + "'; got: No such file") !=
        std::string::npos);
  CHECK(error_of(folder.path(".")).find("a folder or a device") != std::string::npos);
  ::mkfifo(folder.path("pipe").c_str(), 0600);
  CHECK(error_of(folder.path("pipe")).find("a folder or a device") != std::string::npos);
}
