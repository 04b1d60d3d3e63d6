#include <cornu/framework/text/vocabulary_file.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/text/text_vectorization.hpp>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of, testing::TemporaryFolder;
using text::read_vocabulary, text::write_vocabulary;
using Strings = std::vector<std::string>;

TEST_CASE("write_vocabulary: a token a line, \"\" and \"[UNK]\" first, as Keras keeps them") {
  const TemporaryFolder folder;
  text::TextVectorization vectorize;
  vectorize.adapt({"c d", "d ä", "d"});
  write_vocabulary(folder.path("v.txt"), vectorize.get_vocabulary());
  CHECK(folder.read("v.txt") == "\n[UNK]\nd\nä\nc\n");
  text::TextVectorization again;
  again.set_vocabulary(read_vocabulary(folder.path("v.txt")));
  CHECK(again.get_vocabulary() == vectorize.get_vocabulary());
}

TEST_CASE("write_vocabulary: a token that would come back as another is refused, and an older file stays") {
  const TemporaryFolder folder;
  const std::string path = folder.write("v.txt", "old\n");
  for (const std::string token :
       {"a\nb", "c\r", "\v", "a\fb", "\x1C", "\x1D", "\x1E", "\xC2\x85", "a\xE2\x80\xA8", "\xE2\x80\xA9",
        "\xEF\xBB\xBF"
        "a",
        "\xFF"}) {
    CAPTURE(token);
    CHECK_THROWS_AS(write_vocabulary(path, {"fine", token}), ValueError);
  }
  CHECK(message_of<ValueError>([&] {
          write_vocabulary(path, {"fine", "a\nb"});
        }) == "[write_vocabulary] a line of '" + path +
                  "' could not hold token 1; got \"a\\x0ab\"; expected UTF-8 without line ends");
  CHECK(folder.read("v.txt") == "old\n");
  write_vocabulary(path, {"a b", "\t", " c "});
  CHECK(read_vocabulary(path) == Strings{"a b", "\t", " c "});
}

TEST_CASE("read_vocabulary: CRLF, a last line without an end, and empty lines at the end, which Keras leaves out") {
  const TemporaryFolder folder;
  CHECK(read_vocabulary(folder.write("v.txt", "a\r\n\r\nb\n\n\n")) == Strings{"a", "", "b"});
  CHECK(read_vocabulary(folder.write("v.txt", "a\nb")) == Strings{"a", "b"});
}

TEST_CASE("read_vocabulary: a file that is missing, empty or not UTF-8 is refused") {
  const TemporaryFolder folder;
  const auto error_of = [&](const std::string& text) {
    return message_of<FileError>([&] { read_vocabulary(folder.write("v.txt", text)); });
  };
  const std::string path = folder.path("v.txt");
  CHECK_THROWS_AS(read_vocabulary(folder.path("none.txt")), FileError);
  CHECK(error_of("") == "[read_vocabulary] '" + path + "' is empty; got no token; expected one on each line");
  CHECK(error_of("\n\n").ends_with("got no token; expected one on each line"));
  CHECK(error_of("a\n\xFF\n") ==
        "[read_vocabulary] '" + path + "', line 2: the line is not UTF-8; convert the file to UTF-8");
}
