#include <cornu/framework/explore/projector.hpp>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <limits>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::FileError;
using cornu::ShapeError;
using cornu::Tensor;
using cornu::ValueError;
using cornu::explore::read_projector;
using cornu::explore::write_projector;
using cornu::testing::contains;
using cornu::testing::message_of;
using cornu::testing::TemporaryFolder;
using Strings = std::vector<std::string>;

namespace fs = std::filesystem;

namespace {

/// The error of reading a pair of files.
std::string error_of(const std::string& vectors, const std::string& words) {
  const TemporaryFolder folder;
  const std::string vecs = folder.write("vecs.tsv", vectors), meta = folder.write("meta.tsv", words);
  return message_of<FileError>([&] { read_projector(vecs, meta); });
}

}  // namespace

TEST_CASE("projector: vectors with tabs between, words a line each") {
  const TemporaryFolder folder;
  write_projector(folder.path("v"), folder.path("m"), Tensor({{1.f, 0.1f}, {-2e-10f, 3.f}}), {"good", "schön"});
  CHECK(folder.read("v") == "1\t0.1\n-2e-10\t3\n");
  CHECK(folder.read("m") == "good\nschön\n");
}

TEST_CASE("projector: the padding's row is left out when asked") {
  const TemporaryFolder folder;
  const Tensor vectors({{0.f}, {1.f}, {2.f}});
  write_projector(folder.path("v"), folder.path("m"), vectors, {"", "[UNK]", "a"}, {.skip_padding = true});
  CHECK(folder.read("v") == "1\n2\n");
  CHECK(folder.read("m") == "[UNK]\na\n");
}

TEST_CASE("projector: what was written is read back, every bit and every word") {
  const TemporaryFolder folder;
  const float limit = std::numeric_limits<float>::max(), least = std::numeric_limits<float>::denorm_min();
  const Strings words{"a\tb", "\\n", "line\r\nend", "日本", "\\"};
  const Tensor vectors({{0.1f, limit}, {1.f / 3, -limit}, {16777217.f, least}, {-0.f, 1e-10f}, {3.1415927f, 2.f}});
  write_projector(folder.path("v"), folder.path("m"), vectors, words);
  const auto table = read_projector(folder.path("v"), folder.path("m"));
  CHECK(table.words() == words);
  CHECK(table.vectors().shape() == vectors.shape());
  CHECK(table.vectors().to_vector<float>() == vectors.to_vector<float>());
}

TEST_CASE("projector: files of others: CRLF, a header with several columns, no last line end") {
  const TemporaryFolder folder;
  const std::string vecs = folder.write("v", "1\t2\r\n3\t4"), meta = folder.write("m", "word\tcount\r\na\t7\r\nb\t1");
  const auto table = read_projector(vecs, meta);
  CHECK(table.words() == Strings{"a", "b"});
  CHECK(table.vectors().to_vector<float>() == std::vector<float>{1, 2, 3, 4});
}

TEST_CASE("projector: float64 vectors and a table without rows are written") {
  const TemporaryFolder folder;
  write_projector(folder.path("v"), folder.path("m"), Tensor({{0.1, 1e300}}), {"a"});
  CHECK(folder.read("v") == "0.1\t1e+300\n");
  write_projector(folder.path("v"), folder.path("m"), Tensor::zeros({0, 2}), {}, {.skip_padding = true});
  CHECK(folder.read("v").empty());
}

TEST_CASE("projector: numbers are the nearest float32, and blank last lines are none") {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& vectors, const std::string& words) {
    return read_projector(folder.write("v", vectors), folder.write("m", words));
  };
  const auto table = read("+1\t1e-50\n-1e-400\t1.4e-45\n\n  \r\n\n", "a\nb\n\n \r\n");
  CHECK(table.words() == Strings{"a", "b"});
  CHECK(table.vectors().to_vector<float>() == std::vector<float>{1, 0, 0, std::numeric_limits<float>::denorm_min()});
  CHECK(read("1\n2\n\n", "word\tcount\na\t1\nb\t2\n\n").words() == Strings{"a", "b"});
  CHECK(read("1\n2\n", "a\n\n").words() == Strings{"a", ""});
  CHECK(read("1\n2\n", "a\n\n\n").words() == Strings{"a", ""});
}

TEST_CASE("projector: words come back, whatever they are") {
  const TemporaryFolder folder;
  const Strings marks{"\uFEFF", "\uFEFFword", "\uFEFF\uFEFF", "\uFEFF\t", "word\uFEFF"},
      others{" ",  "\v", "\x01",   std::string(1, '\0'), "\u2028", "\u0085", "\\", "\\t", "\\\\n", "\n",
             "\r", "\t", "word\r", "\U0010FFFF"};
  for (const Strings& first : {marks, others}) {
    for (const std::string& word : first) {
      CAPTURE(word);
      const Strings words{word, "other", word + word};
      write_projector(folder.path("v"), folder.path("m"), Tensor({{1.f}, {2.f}, {3.f}}), words);
      CHECK(read_projector(folder.path("v"), folder.path("m")).words() == words);
    }
  }
  write_projector(folder.path("v"), folder.path("m"), Tensor({{1.f}, {2.f}}), {"", "\uFEFFx"}, {.skip_padding = true});
  CHECK(read_projector(folder.path("v"), folder.path("m")).words() == Strings{"\uFEFFx"});
}

TEST_CASE("projector: one path for both files is refused") {
  const TemporaryFolder folder;
  const std::string path = folder.write("v", "old");
  fs::create_symlink("v", folder.path("link"));
  fs::create_symlink("new", folder.path("dangling"));
  const auto refused = [&](const std::string& vectors, const std::string& words) {
    const auto write = [&] { write_projector(vectors, words, Tensor({{1.f}}), {"a"}); };
    CHECK(message_of<FileError>(write).starts_with("[write_projector] two files have one path; got '" + vectors));
  };
  refused(path, path);
  refused(path, folder.path("./v"));
  refused(folder.path("link"), path);
  refused(folder.path("new"), folder.path("dangling"));
  CHECK(folder.read("v") == "old");
  CHECK(folder.size() == 3);
}

TEST_CASE("projector: pipes, folders and other paths that cannot be used are refused under the function's name") {
  const TemporaryFolder folder;
  const std::string good = folder.write("v", "1\n");
  REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0666) == 0);
  for (const std::string& path : {folder.path("pipe"), folder.path(""), folder.path("missing"), std::string(),
                                  folder.path(std::string("v\0x", 3))}) {
    CAPTURE(path);
    CHECK(message_of<FileError>([&] { read_projector(path, good); }).starts_with("[read_projector] cannot read '"));
    CHECK(message_of<FileError>([&] { read_projector(good, path); }).starts_with("[read_projector] cannot read '"));
    if (path == folder.path("missing")) continue;
    const auto write = [&] { write_projector(folder.path("new"), path, Tensor({{1.f}}), {"a"}); };
    CHECK(message_of<FileError>(write).starts_with("[write_projector] cannot write '"));
  }
  CHECK(folder.size() == 2);
}

TEST_CASE("projector: what cannot be written leaves the files as they were") {
  const TemporaryFolder folder;
  const std::string v = folder.write("v", "old"), m = folder.path("no/such/folder/m");
  const float inf = std::numeric_limits<float>::infinity();
  CHECK_THROWS_AS(write_projector(v, folder.path("m"), Tensor({{1.f}}), {"a", "b"}), ShapeError);
  CHECK_THROWS_AS(write_projector(v, folder.path("m"), Tensor({{inf}}), {"a"}), ValueError);
  CHECK_THROWS_AS(write_projector(v, folder.path("m"), Tensor({{1}}), {"a"}), ValueError);
  CHECK_THROWS_AS(write_projector(v, folder.path("m"), Tensor({{1.f}, {2.f}}), {"", "a"}), ValueError);
  CHECK(contains(message_of<ValueError>([&] { write_projector(v, folder.path("m"), Tensor({{1.f}}), {"a\xFF"}); }),
                 "a word is not UTF-8; got \"a\\xff\" in row 0"));
  CHECK(contains(message_of<FileError>([&] { write_projector(v, m, Tensor({{1.f}}), {"a"}); }), m));
  CHECK(folder.read("v") == "old");
  CHECK(folder.size() == 1);
}

TEST_CASE("projector: damaged files are refused by line") {
  CHECK(contains(error_of("1\t2\n3\n", "a\nb\n"),
                 "vecs.tsv', line 2: the row has another length than the first; got 1; expected 2"));
  CHECK(contains(error_of("1\tx\n", "a\n"), "vecs.tsv', line 1: a field is not a number; got \"x\""));
  CHECK(contains(error_of("1\n\n2\n", "a\nb\n"), "line 2: the line is blank, but not one of the last"));
  CHECK(contains(error_of("\n1\n", "a\n"), "line 1: the line is blank, but not one of the last"));
  CHECK(contains(error_of("1\n\t\n", "a\n"), "line 2: a field is not a number; got \"\""));
  CHECK(contains(error_of(std::string("1\n1\0\n", 5), "a\n"), "line 2: a field is not a number; got \"1\\x00\""));
  CHECK(contains(error_of("\n\n", "a\n"), "is empty"));
  CHECK(contains(error_of("nan\n", "a\n"), "not a number"));
  CHECK(contains(error_of("1e39\n", "a\n"), "not a number"));
  CHECK(contains(error_of("", "a\n"), "is empty"));
  CHECK(contains(error_of("1\n2\n", "a\n"), "meta.tsv' does not fit the vectors; got 1 words; expected 2"));
  CHECK(contains(error_of("1\n", "\xFF\n"), "meta.tsv', line 1: the line is not UTF-8"));
  CHECK_THROWS_AS(read_projector("/nonexistent/v", "/nonexistent/m"), FileError);
}
