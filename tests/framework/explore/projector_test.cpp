#include <cornu/framework/explore/projector.hpp>

#include <doctest/doctest.h>

#include <limits>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::FileError;
using cornu::ShapeError;
using cornu::Tensor;
using cornu::ValueError;
using cornu::explore::read_projector;
using cornu::explore::write_projector;
using cornu::testing::message_of;
using cornu::testing::TemporaryFolder;
using Strings = std::vector<std::string>;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

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

TEST_CASE("projector: what cannot be written leaves the files as they were") {
  const TemporaryFolder folder;
  const std::string v = folder.write("v", "old"), m = folder.path("no/such/folder/m");
  const float inf = std::numeric_limits<float>::infinity();
  CHECK_THROWS_AS(write_projector(v, folder.path("m"), Tensor({{1.f}}), {"a", "b"}), ShapeError);
  CHECK_THROWS_AS(write_projector(v, folder.path("m"), Tensor({{inf}}), {"a"}), ValueError);
  CHECK_THROWS_AS(write_projector(v, folder.path("m"), Tensor({{1}}), {"a"}), ValueError);
  CHECK_THROWS_AS(write_projector(v, folder.path("m"), Tensor({{1.f}, {2.f}}), {"", "a"}), ValueError);
  CHECK(contains(message_of<FileError>([&] { write_projector(v, m, Tensor({{1.f}}), {"a"}); }), m));
  CHECK(folder.read("v") == "old");
  CHECK(folder.size() == 1);
}

TEST_CASE("projector: damaged files are refused by line") {
  CHECK(contains(error_of("1\t2\n3\n", "a\nb\n"),
                 "vecs.tsv', line 2: the row has another length than the first; got 1; expected 2"));
  CHECK(contains(error_of("1\tx\n", "a\n"), "vecs.tsv', line 1: a field is not a number; got \"x\""));
  CHECK(contains(error_of("1\n\n", "a\n"), "line 2: a field is not a number; got \"\""));
  CHECK(contains(error_of("nan\n", "a\n"), "not a number"));
  CHECK(contains(error_of("1e39\n", "a\n"), "not a number"));
  CHECK(contains(error_of("", "a\n"), "is empty"));
  CHECK(contains(error_of("1\n2\n", "a\n"), "meta.tsv' does not fit the vectors; got 1 words; expected 2"));
  CHECK(contains(error_of("1\n", "\xFF\n"), "meta.tsv', line 1: the line is not UTF-8"));
  CHECK_THROWS_AS(read_projector("/nonexistent/v", "/nonexistent/m"), FileError);
}
