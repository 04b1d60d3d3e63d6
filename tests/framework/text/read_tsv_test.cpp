#include <cornu/framework/text/read_tsv.hpp>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <cornu/framework/tensor/random.hpp>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::FileError;
using cornu::testing::contains;
using cornu::testing::message_of;
using cornu::testing::TemporaryFolder;
using cornu::text::read_tsv;
using Floats = std::vector<float>;
using Strings = std::vector<std::string>;

namespace {

/// The error of reading a file with this text; checks that it names the file.
std::string error_of(const std::string& text) {
  const TemporaryFolder folder;
  const std::string path = folder.write("data.tsv", text);
  const std::string message = message_of<FileError>([&] { read_tsv(path); });
  CHECK(contains(message, path));
  return message;
}

}  // namespace

TEST_CASE("read_tsv: label, tab, text on each line") {
  const TemporaryFolder folder;
  const auto data = read_tsv(folder.write("data.tsv", "1\tgood film\n0\tbäd\n-2.5e-1\ta\tb\n+3\t\n"));
  CHECK(data.texts == Strings{"good film", "bäd", "a\tb", ""});
  CHECK(data.labels == Floats{1, 0, -0.25f, 3});
}

TEST_CASE("read_tsv: CRLF, a byte-order mark, empty lines and a last line without an end") {
  const TemporaryFolder folder;
  const auto data = read_tsv(folder.write("data.tsv",
                                          "\xEF\xBB\xBF"
                                          "1\ta\r\n\r\n0\tb \r\n\n1\tc"));
  CHECK(data.texts == Strings{"a", "b ", "c"});
  CHECK(data.labels == Floats{1, 0, 1});
}

TEST_CASE("read_tsv: the seed fixes the order of shuffled lines, and labels stay with their texts") {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 100; ++i) text += fmt::format("{}\ttext {}\n", i, i);
  const std::string path = folder.write("data.tsv", text);
  cornu::random::set_seed(7);
  const auto first = read_tsv(path, {.shuffle = true});
  cornu::random::set_seed(7);
  const auto again = read_tsv(path, {.shuffle = true});
  CHECK(first.texts == again.texts);
  CHECK(!std::is_sorted(first.labels.begin(), first.labels.end()));
  CHECK(std::set<std::string>(first.texts.begin(), first.texts.end()).size() == 100);
  for (std::size_t i = 0; i < 100; ++i) CHECK(first.texts[i] == fmt::format("text {}", first.labels[i]));
}

TEST_CASE("read_tsv: labels are the nearest float32, 0 when they are too small") {
  const TemporaryFolder folder;
  const auto data =
      read_tsv(folder.write("data.tsv", "1e-50\tx\n-1e-50\ty\n1.4e-45\tz\n1e-400\tx\n+1\ty\n+1e-9999\tz"));
  CHECK(data.labels == Floats{0, 0, std::numeric_limits<float>::denorm_min(), 0, 1, 0});
  CHECK(std::signbit(data.labels[1]));
}

TEST_CASE("read_tsv: blank lines are passed over, at the end and between others") {
  const TemporaryFolder folder;
  for (const std::string blank : {"\n", "\n\n\n", "\r\n\r\n", "  \n", " \r\n \n", "  "}) {
    CAPTURE(blank);
    const auto data = read_tsv(folder.write("data.tsv", "1\ta\n" + blank + "\n2\tb\n" + blank));
    CHECK(data.labels == Floats{1, 2});
  }
  CHECK(contains(error_of("1\ta\n\t\n"), "line 2: the label is not a number"));
}

TEST_CASE("read_tsv: a pipe is not waited for, and the error has the name of the function") {
  const TemporaryFolder folder;
  REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0666) == 0);
  for (const std::string& path :
       {folder.path("pipe"), folder.path(""), folder.path("missing"), std::string("/dev/zero"),
        std::string("/dev/null"), std::string(), folder.path(std::string("a\0b", 3))}) {
    const std::string message = message_of<FileError>([&] { read_tsv(path); });
    CAPTURE(message);
    CHECK(message.starts_with("[read_tsv] cannot read '"));
  }
}

TEST_CASE("read_tsv: a missing file, a folder, too long a file") {
  const TemporaryFolder folder;
  const std::string missing = folder.path("missing.tsv");
  CHECK(contains(message_of<FileError>([&] { read_tsv(missing); }), missing));
  CHECK_THROWS_AS(read_tsv(folder.path("")), FileError);
  const std::string path = folder.write("data.tsv", "1\tlong\n");
  CHECK_THROWS_AS(read_tsv(path, {.max_bytes = 6}), FileError);
  CHECK(read_tsv(path, {.max_bytes = 7}).texts.size() == 1);
}

TEST_CASE("read_tsv: a file without lines") {
  CHECK(contains(error_of(""), "empty"));
  CHECK(contains(error_of("\xEF\xBB\xBF"), "empty"));
  CHECK(contains(error_of("\r\n\n"), "empty"));
}

TEST_CASE("read_tsv: errors name the line") {
  CHECK(contains(error_of("1\ta\n0 no tab here\n"), "line 2: the line has no tab"));
  CHECK(contains(error_of("1\ta\n\nlabel\ttext\n"), "line 3: the label is not a number; got \"label\""));
  for (const std::string label : {"", " 1", "1x", "nan", "inf", "1e999", "0x10", "+-1", "1,5"}) {
    CAPTURE(label);
    CHECK(contains(error_of(label + "\ttext\n"), "line 1: the label is not a number"));
  }
  const std::string not_utf8 = error_of(
      "1\ta\n1\tb\xE9"
      "c\n");
  CHECK(contains(not_utf8, "line 2: the line is not UTF-8; got byte 0xE9 at column 4"));
}

TEST_CASE("read_tsv: an error quotes the beginning of a line, not all of it") {
  const std::string message = error_of(std::string(39, 'x') + "é" + std::string(10'000, 'x'));
  CHECK(message.size() < 300);
  CHECK(contains(message, std::string(39, 'x') + "\"…"));
}
