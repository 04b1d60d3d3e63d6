// How much memory readers take. Large binary files have holes: they take no room on the disk, and holes are zeros.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <string>

#include <cornu/framework/explore/vectors/read_vectors.hpp>
#include <cornu/framework/formats/npz.hpp>

#include "tests/support/bytes.hpp"
#include "tests/support/peak_memory.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::FileError;
using cornu::read_npz;
using cornu::Tensor;
using cornu::write_npz;
using cornu::explore::EmbeddingTable;
using cornu::explore::read_vectors;
using cornu::explore::VectorOptions;
using cornu::testing::contains;
using cornu::testing::megabyte;
using cornu::testing::message_of;
using cornu::testing::peak_memory_of;
using cornu::testing::Strings;
using cornu::testing::TemporaryFolder;

namespace {

constexpr std::size_t allowance = 64 * megabyte;

// word2vec's binary format: "w0", "w1", … and vectors of zeros.
void write_zeros(const std::string& path, std::int64_t rows, std::int64_t width) {
  std::ofstream file(path, std::ios::binary);
  file << rows << ' ' << width << '\n';
  for (std::int64_t row = 0; row < rows; ++row) {
    file << 'w' << row << ' ';
    file.seekp(width * 4, std::ios::cur);
    file << '\n';
  }
  REQUIRE(file.good());
}

void write_text(const std::string& path, int rows, int width) {
  std::string numbers;
  for (int i = 0; i < width; ++i) numbers += fmt::format(" {:.6f}", i / 7.0);
  std::ofstream file(path);
  for (int row = 0; row < rows; ++row) file << 'w' << row << numbers << '\n';
  REQUIRE(file.good());
}

double in_megabytes(double bytes) { return bytes / static_cast<double>(megabyte); }

// Reading takes at most the allowance beyond a table of so many numbers.
void check_frugal(const std::string& path, const VectorOptions& options, std::size_t numbers, std::size_t words) {
  const auto bytes = peak_memory_of([&] {
    if (read_vectors(path, options).words().size() != words) throw FileError("test", "other words");
  });
  if (!bytes) return;
  const double megabytes_beyond_table = in_megabytes(static_cast<double>(*bytes) - 4.0 * static_cast<double>(numbers));
  CAPTURE(megabytes_beyond_table);
  CHECK(*bytes < 4 * numbers + allowance);
}

// Refusing the file with that message takes at most the allowance.
void check_refused_frugally(const std::string& path, const std::string& message, const VectorOptions& options = {}) {
  const auto bytes = peak_memory_of([&] {
    if (!contains(message_of<FileError>([&] { read_vectors(path, options); }), message))
      throw FileError("test", "another message");
  });
  if (!bytes) return;
  const double megabytes = in_megabytes(static_cast<double>(*bytes));
  CAPTURE(megabytes);
  CHECK(*bytes < allowance);
}

const Strings wanted{"w7", "w300", "w1999", "nobody"};

}  // namespace

TEST_CASE("memory of vectors: peak_memory_of sees what is taken, and what is given back") {
  const auto bytes = peak_memory_of([] {
    for (int i = 0; i < 2; ++i) static_cast<void>(Tensor::zeros({25, 1'000'000}));
  });
  if (bytes) CHECK((*bytes > 95 * megabyte && *bytes < 110 * megabyte));
  CHECK_THROWS_AS(peak_memory_of([] { throw FileError("test", "no"); }).value(), std::exception);
}

TEST_CASE("memory of vectors: a gigabyte of which few words are wanted") {
  const TemporaryFolder folder;
  const std::string path = folder.path("v");
  write_zeros(path, 2000, 125'000);
  check_frugal(path, {.words = wanted}, 3 * 125'000, 3);
  check_frugal(path, {.limit = 2}, 2 * 125'000, 2);
}

TEST_CASE("memory of vectors: a text of 100 MB of which few words are wanted") {
  const TemporaryFolder folder;
  const std::string path = folder.path("v");
  write_text(path, 2000, 5500);
  check_frugal(path, {.words = wanted}, 3 * 5500, 3);
}

TEST_CASE("memory of vectors: a whole table of 200 MB, and as an array of an .npz") {
  const TemporaryFolder folder;
  write_zeros(folder.path("v"), 400, 125'000);
  check_frugal(folder.path("v"), {}, 400 * 125'000, 400);
  write_npz(folder.path("x.npz"), {{"x", Tensor::zeros({400, 125'000})}});
  const auto bytes = peak_memory_of([&] { read_npz(folder.path("x.npz")); });
  if (bytes) CHECK(*bytes < 4 * 400 * 125'000 + allowance);
}

TEST_CASE("memory of vectors: a file of 4 GB that says more words than it has, or as many as fit") {
  const TemporaryFolder folder;
  const std::string path = folder.path("v");
  for (const char* counts : {"9223372036854775807 300", "1 9223372036854775807", "900000000 1", "700000000 1"}) {
    std::ofstream file(path, std::ios::binary);
    file << counts << '\n';
    file.seekp(4'000'000'000);
    file << '\n';
    file.close();
    const bool is_too_many = std::string(counts) != "700000000 1";
    check_refused_frugally(path, is_too_many ? "the file cannot hold" : "a word without an end",
                           {.format = cornu::explore::VectorFormat::word2vec_binary});
  }
}

TEST_CASE("memory of vectors: a word of many megabytes") {
  const TemporaryFolder folder;
  const std::string word(40 * megabyte, 'w'), shorter(15 * megabyte, 'w');
  check_refused_frugally(folder.write("binary", "9 9\n" + word), "a word without an end",
                         {.format = cornu::explore::VectorFormat::word2vec_binary});
  check_refused_frugally(folder.write("text", "red 1\n" + word + " 2\n"), "has more than the 16777216 bytes allowed");
  check_refused_frugally(folder.write("numbers", "red 1\n" + shorter + " x\n"), "number 1 of the vector is none");
  check_frugal(folder.write("kept", "red 1\n" + shorter + " 2\n"), {}, 2, 2);
}
