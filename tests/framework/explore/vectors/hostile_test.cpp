// Files of word vectors that lie, are cut off or damaged.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include <cornu/framework/explore/vectors/read_vectors.hpp>

#include "tests/support/bytes.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::FileError;
using cornu::explore::EmbeddingTable;
using cornu::explore::read_vectors;
using cornu::explore::VectorFormat;
using cornu::explore::VectorOptions;
using cornu::testing::bytes_of;
using cornu::testing::contains;
using cornu::testing::Floats;
using cornu::testing::message_of;
using cornu::testing::Strings;
using cornu::testing::TemporaryFolder;

namespace {

constexpr VectorFormat formats[] = {VectorFormat::automatic, VectorFormat::word2vec_binary, VectorFormat::word2vec_text,
                                    VectorFormat::glove};

EmbeddingTable read(std::string_view text, const VectorOptions& options = {}) {
  const TemporaryFolder folder;
  return read_vectors(folder.write("v", text), options);
}

std::string error_of(std::string_view text, const VectorOptions& options = {}) {
  return message_of<FileError>([&] { read(text, options); });
}

bool is_finite(const EmbeddingTable& table) {
  for (const float number : table.vectors().to_vector<float>())
    if (!std::isfinite(number)) return false;
  return true;
}

// Whether it is refused, or gives numbers that are finite.
bool is_refused_or_finite(const std::string& text, VectorFormat format) {
  try {
    return is_finite(read(text, {.format = format}));
  } catch (const FileError&) {
    return true;
  }
}

const std::string binary = "2 2\nred " + bytes_of({1, 2}) + "\nblue " + bytes_of({3, 4}) + "\n",
                  text = "2 2\nred 1 2\nblue 3 4\n";

}  // namespace

TEST_CASE("hostile vectors: cut anywhere, a file that says how many there are is refused") {
  for (std::size_t size = 0; size + 1 < binary.size(); ++size)  // the last line end may be missing
    CHECK(error_of(binary.substr(0, size), {.format = VectorFormat::word2vec_binary}) != "");
  for (std::size_t size = 0; size + 2 < text.size(); ++size)
    CHECK(error_of(text.substr(0, size), {.format = VectorFormat::word2vec_text}) != "");
}

TEST_CASE("hostile vectors: whatever byte is changed, a file is refused or its numbers are finite") {
  for (const std::string& good : {binary, text})
    for (const VectorFormat format : formats)
      for (std::size_t at = 0; at < good.size(); ++at) {
        std::string changed = good;
        changed[at] = static_cast<char>(~static_cast<unsigned char>(changed[at]));
        CAPTURE(at);
        CHECK(is_refused_or_finite(changed, format));
      }
}

TEST_CASE("hostile vectors: counts that are none, beyond int64, below zero or of no numbers") {
  for (const char* counts : {"9223372036854775808 2", "18446744073709551616 2", "2 9223372036854775808", "-1 2", "2 -1",
                             "2 0", "0 0", "+2 2", "2.0 2", "0x2 2", "2", "2 2 2", "nan 2", ""})
    for (const VectorFormat format : {VectorFormat::word2vec_binary, VectorFormat::word2vec_text}) {
      CAPTURE(counts);
      CHECK(error_of(counts + binary.substr(3), {.format = format}) != "");
      CHECK(error_of(counts + text.substr(3), {.format = format}) != "");
    }
}

TEST_CASE("hostile vectors: counts that lie are refused, also where few words are wanted or few vectors asked for") {
  const Strings wanted{"red"};
  for (const char* counts : {"9223372036854775807 2", "2 9223372036854775807", "4294967296 4294967296", "1000000 2"})
    for (const std::string& good : {binary, text}) {
      CHECK(contains(error_of(counts + good.substr(3), {.words = wanted}), "the file cannot hold"));
      CHECK(contains(error_of(counts + good.substr(3), {.limit = 1}), "the file cannot hold"));
    }
}

TEST_CASE("hostile vectors: numbers that are not finite, of any sign and kind, at any place") {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (const float bad : {infinity, -infinity, std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::signaling_NaN(), -std::numeric_limits<float>::quiet_NaN()})
    for (std::size_t at = 0; at < 5; ++at) {
      Floats numbers{1, 2, 3, 4, 5};
      numbers[at] = bad;
      CHECK(contains(error_of("1 5\nred " + bytes_of(numbers)), "vector 1: a number of this vector is not finite"));
    }
  for (const char* bad : {"nan", "-nan", "NaN", "inf", "-inf", "Infinity", "1e39", "-1e400", "0x1p3", "1,5", "1_0",
                          "--1", "1e", "\xEF\xBC\x91"})
    for (const char* rest : {" 2", " 2 "}) CHECK(error_of("1 2\nred " + std::string(bad) + rest + "\n") != "");
}

TEST_CASE("hostile vectors: a word of a megabyte without a blank") {
  const std::string word(1 << 20, 'w');
  CHECK(contains(error_of("1 1\n" + word, {.format = VectorFormat::word2vec_binary}), "a word without an end"));
  CHECK(contains(error_of("1 1\n" + word + " " + bytes_of({1}), {.format = VectorFormat::word2vec_binary}),
                 "a word without an end"));
  CHECK(contains(error_of("1 1\n" + word + "\n", {.format = VectorFormat::word2vec_text}), "another length; got 0"));
  CHECK(contains(error_of("red 1\n" + word + "\n"), "line 2: the vector has another length; got 0"));
  CHECK(error_of(word).size() < 500);
}

TEST_CASE("hostile vectors: what is no text: NULs, UTF-16, gzip") {
  CHECK(error_of(std::string("r\0e\0d\0 \0"
                             "1\0\n\0",
                             12)) != "");
  CHECK(error_of("\xFF\xFEr") != "");
  CHECK(error_of(std::string("\x1F\x8B\x08\0\0\0\0\0\0\x03", 10)) != "");
  CHECK(error_of(std::string(1000, '\0')) != "");
}
