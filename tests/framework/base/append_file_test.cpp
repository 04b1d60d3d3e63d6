#include <cornu/framework/base/append_file.hpp>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

#include <cornu/framework/base/errors.hpp>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::append_to_file, cornu::cut_file, cornu::FileError;
using cornu::testing::message_of;
using cornu::testing::TemporaryFolder;

namespace fs = std::filesystem;

TEST_CASE("append_to_file: texts stand one behind the other, and the size is told") {
  const TemporaryFolder folder;
  const std::string path = folder.path("log");
  CHECK(append_to_file(path, "") == 0);
  CHECK(fs::exists(path));
  CHECK(append_to_file(path, "one\n") == 4);
  CHECK(append_to_file(path, std::string("\0two", 4)) == 8);
  CHECK(append_to_file(path, "") == 8);
  CHECK(folder.read("log") == std::string("one\n\0two", 8));
  CHECK(folder.size() == 1);
}

TEST_CASE("append_to_file: a link stays, and what it points to grows") {
  const TemporaryFolder folder;
  fs::create_symlink("target", folder.path("link"));
  append_to_file(folder.path("link"), "a");
  append_to_file(folder.path("link"), "b");
  CHECK(folder.read("target") == "ab");
  CHECK(fs::is_symlink(folder.path("link")));
}

TEST_CASE("append_to_file: when there is no room for all of a text, nothing of it is added") {
  const TemporaryFolder folder;
  const std::string path = folder.write("log", "before\n");
  const ::pid_t process = ::fork();
  if (process == 0) {
    const ::rlimit room{10, 10};
    std::signal(SIGXFSZ, SIG_IGN);
    if (::setrlimit(RLIMIT_FSIZE, &room) != 0) ::_exit(2);
    try {
      append_to_file(path, "a longer text\n");
    } catch (const FileError&) {
      ::_exit(0);
    }
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(process, &status, 0);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(folder.read("log") == "before\n");
}

TEST_CASE("cut_file: what is behind the size is gone, and a shorter file stays") {
  const TemporaryFolder folder;
  const std::string path = folder.write("log", "12345");
  cut_file(path, 9);
  CHECK(folder.read("log") == "12345");
  cut_file(path, 5);
  CHECK(folder.read("log") == "12345");
  cut_file(path, 3);
  CHECK(folder.read("log") == "123");
  cut_file(path, 0);
  CHECK(folder.read("log").empty());
}

TEST_CASE("append_to_file, cut_file: what they refuse") {
  const TemporaryFolder folder;
  CHECK(message_of<FileError>([&] { append_to_file(folder.path("no/log"), "a"); }) ==
        "[append_to_file] cannot write '" + folder.path("no/log") +
            "'; got: No such file or directory; make its folder first");
  CHECK_THROWS_AS(append_to_file("", "a"), FileError);
  CHECK_THROWS_AS(append_to_file(std::string("a\0b", 3), "a"), FileError);
  CHECK_THROWS_AS(append_to_file(folder.path(""), "a"), FileError);
  CHECK_THROWS_AS(append_to_file("/dev/null", "a"), FileError);
  const std::string pipe = folder.path("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THROWS_AS(append_to_file(pipe, "a"), FileError);
  CHECK_THROWS_AS(cut_file(folder.path("missing"), 0), FileError);
  CHECK_FALSE(fs::exists(folder.path("missing")));
}
