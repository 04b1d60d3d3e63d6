#include <cornu/framework/base/files.hpp>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::FileError;
using cornu::testing::contains;
using cornu::testing::message_of;
using cornu::testing::TemporaryFolder;

namespace fs = std::filesystem;

namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

// A process that is killed while it writes some files of a folder.
void write_and_be_killed(const TemporaryFolder& folder, const std::vector<std::string>& names) {
  const ::pid_t process = ::fork();
  if (process == 0) {
    std::function<void(std::size_t)> write_from = [&](std::size_t i) {
      if (i == names.size()) ::raise(SIGKILL);
      cornu::make_whole_file(folder.path(names[i]), [&](const cornu::WriteAt& write) {
        write(0, bytes_of("half of it"));
        write_from(i + 1);
      });
    };
    write_from(0);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(process, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(WTERMSIG(status) == SIGKILL);
}

}  // namespace

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
  cornu::make_whole_file(path, [&](const cornu::WriteAt& write) {
    write(3, bytes_of("def"));
    write(0, bytes_of("abc"));
    write(6, bytes_of(""));
  });
  CHECK(folder.read("x") == "abcdef");
  const auto fail = [&](const cornu::WriteAt& write) {
    write(0, bytes_of("new"));
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

TEST_CASE("files: the drafts of a killed process go when somebody writes in their folder") {
  const TemporaryFolder folder;
  folder.write("a", "old");
  write_and_be_killed(folder, {"a", "b", "c"});
  CHECK(folder.size() == 4);
  cornu::write_whole_file(folder.path("d"), "other");
  CHECK(folder.size() == 2);
  CHECK(folder.read("a") == "old");
  write_and_be_killed(folder, {"a"});
  cornu::write_whole_files({{folder.path("a"), "new"}, {folder.path("b"), "too"}});
  CHECK(folder.size() == 3);
  CHECK(folder.read("a") == "new");
}

TEST_CASE("files: a draft that is being written stays, whoever writes beside it") {
  const TemporaryFolder folder;
  cornu::make_whole_file(folder.path("x"), [&](const cornu::WriteAt& write) {
    write(0, bytes_of("be"));
    cornu::write_whole_file(folder.path("y"), "within");
    cornu::write_whole_file(folder.path("x"), "overtaken");
    std::thread([&] { cornu::write_whole_file(folder.path("z"), "elsewhere"); }).join();
    write_and_be_killed(folder, {"v", "w"});
    cornu::write_whole_file(folder.path("y"), "again");
    CHECK(folder.size() == 4);
    write(2, bytes_of("hind"));
  });
  CHECK(folder.read("x") == "behind");
  CHECK(folder.read("y") == "again");
  CHECK(folder.read("z") == "elsewhere");
  CHECK(folder.size() == 3);
}

TEST_CASE("files: threads that write one file leave the text of one of them, and nothing else") {
  const TemporaryFolder folder;
  std::vector<std::thread> threads;
  for (const char letter : {'a', 'b', 'c', 'd'})
    threads.emplace_back([&folder, letter] {
      for (int i = 0; i < 8; ++i) cornu::write_whole_file(folder.path("x"), std::string(1000, letter));
    });
  for (std::thread& thread : threads) thread.join();
  const std::string text = folder.read("x");
  CHECK(text == std::string(1000, text.at(0)));
  CHECK(folder.size() == 1);
}

TEST_CASE("files: what only looks like a draft stays, and does no harm") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path(".cornu-0.tmp"));
  fs::create_symlink(folder.write("kept", "kept"), folder.path(".cornu-1.tmp"));
  REQUIRE(::mkfifo(folder.path(".cornu-2.tmp").c_str(), 0666) == 0);
  const int reader = ::open(folder.path(".cornu-2.tmp").c_str(), O_RDONLY | O_NONBLOCK);  // now it can be written, too
  cornu::write_whole_file(folder.path("x"), "text");
  ::close(reader);
  CHECK(folder.read("x") == "text");
  CHECK(folder.read("kept") == "kept");
  CHECK(folder.size() == 5);
}

TEST_CASE("files: a link that points nowhere stays, and what it points to is made") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path("deep"));
  fs::create_symlink("deep/target", folder.path("relative"));
  fs::create_symlink(folder.path("relative"), folder.path("chain"));
  cornu::write_whole_file(folder.path("chain"), "text");
  CHECK(fs::is_symlink(folder.path("chain")));
  CHECK(fs::is_symlink(folder.path("relative")));
  CHECK(!fs::is_symlink(folder.path("deep/target")));
  CHECK(folder.read("deep/target") == "text");
  cornu::write_whole_files({{folder.path("chain"), "again"}, {folder.path("other"), "other"}});
  CHECK(folder.read("deep/target") == "again");
  CHECK(fs::is_symlink(folder.path("chain")));

  fs::create_symlink("no/such/folder/x", folder.path("lost"));
  fs::create_symlink("circle", folder.path("circle"));
  for (const std::string name : {"lost", "circle"}) {
    const std::string path = folder.path(name);
    CHECK(contains(message_of<FileError>([&] { cornu::write_whole_file(path, "x"); }), path));
    CHECK(fs::is_symlink(path));
    CHECK_THROWS_AS(cornu::read_text_file(path), FileError);
  }
}

TEST_CASE("files: a name with a NUL is refused, not cut") {
  const TemporaryFolder folder;
  folder.write("x", "old");
  const std::string name = folder.path(std::string("x\0y", 3));
  CHECK(contains(message_of<FileError>([&] { cornu::write_whole_file(name, "new"); }), "a NUL in the name"));
  CHECK(contains(message_of<FileError>([&] { cornu::write_whole_file(name, "new"); }), "x\\x00y"));
  CHECK_THROWS_AS(cornu::write_whole_files({{folder.path("z"), "new"}, {name, "new"}}), FileError);
  CHECK_THROWS_AS(cornu::read_text_file(name), FileError);
  CHECK(folder.read("x") == "old");
  CHECK(folder.size() == 1);
}

TEST_CASE("files: pipes are neither waited for nor replaced") {
  const TemporaryFolder folder;
  const std::string pipe = folder.path("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0666) == 0);
  CHECK(contains(message_of<FileError>([&] { cornu::read_text_file(pipe); }), "a folder, a pipe or a device"));
  CHECK_THROWS_AS(cornu::write_whole_file(pipe, "x"), FileError);
  fs::create_symlink(pipe, folder.path("link"));
  CHECK_THROWS_AS(cornu::read_text_file(folder.path("link")), FileError);
  CHECK_THROWS_AS(cornu::write_whole_file(folder.path("link"), "x"), FileError);
  CHECK(fs::is_fifo(pipe));
}

TEST_CASE("files: two files of one path are refused, behind links and other spellings too") {
  const TemporaryFolder folder;
  const std::string path = folder.write("x", "old"), missing = folder.path("missing");
  fs::create_symlink("x", folder.path("link"));
  fs::create_symlink("missing", folder.path("dangling"));
  fs::create_directory_symlink(".", folder.path("here"));
  const auto refused = [](const std::string& first, const std::string& second) {
    const auto write = [&] { cornu::write_whole_files({{first, "1"}, {second, "2"}}); };
    CHECK(contains(message_of<FileError>(write), "two files have one path"));
  };
  refused(path, path);
  refused(missing, missing);
  refused(path, folder.path("./x"));
  refused(path, folder.path("here/x"));
  refused(folder.path("link"), path);
  refused(missing, folder.path("dangling"));
  CHECK(folder.read("x") == "old");
  CHECK(folder.size() == 4);
  cornu::write_whole_files({{path, "1"}, {missing, "2"}});
  CHECK(folder.read("missing") == "2");
}
