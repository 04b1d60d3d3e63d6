// A row is the word, a blank and d float32; word2vec's own tool writes "\n" behind it, gensim does not.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <string>

#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/explore/vectors/vector_source.hpp>

namespace cornu::explore {

namespace {

void skip_line_ends(BufferedInput& input) {
  while (input.peek(1).starts_with('\n')) input.skip(1);
}

// The word in front of the next vector, up to its blank.
std::string_view next_word(VectorSource& source) {
  BufferedInput& input = source.input();
  skip_line_ends(input);
  std::string_view bytes = input.peek(256).substr(0, longest_word);
  std::size_t blank = bytes.find(' ');
  if (blank == std::string_view::npos) {
    bytes = input.peek(longest_word).substr(0, longest_word);
    blank = bytes.find(' ');
  }
  if (blank == std::string_view::npos)
    source.refuse(bytes.size() < longest_word ? "the file ends before this vector; it is cut off, or says too many"
                                              : "a word without an end; expected a blank behind it");
  return bytes.substr(0, blank);
}

// The word behind the next `bytes` bytes, if it is in memory, is looked up soon.
void expect_word(const VectorSource& source, std::string_view in_memory, std::size_t bytes) {
  if (in_memory.size() <= bytes) return;
  in_memory.remove_prefix(bytes);
  if (in_memory.starts_with('\n')) in_memory.remove_prefix(1);
  const std::size_t blank = in_memory.substr(0, 64).find(' ');
  if (blank != std::string_view::npos) source.expect(in_memory.substr(0, blank));
}

// Whether all are finite. Numbers that lie in memory as a whole are looked at on their way.
bool read_numbers(BufferedInput& input, float* to, std::int64_t width) {
  const std::size_t bytes = static_cast<std::size_t>(width) * sizeof(float);
  if (const std::string_view here = input.in_memory(); here.size() >= bytes) {
    const bool finite = copy_finite(here.data(), to, width);
    input.skip(bytes);
    return finite;
  }
  input.read(to, bytes);
  return are_finite(to, width);
}

void read_row(VectorSource& source, std::int64_t width) {
  BufferedInput& input = source.input();
  const std::string_view word = next_word(source);
  const std::size_t bytes = static_cast<std::size_t>(width) * sizeof(float), word_bytes = word.size() + 1;
  if (bytes > input.size() - input.offset() || word_bytes > input.size() - input.offset() - bytes)
    source.refuse("the file ends within this vector; it is cut off, or says too many");
  float* const to = source.add(word);
  input.skip(word_bytes);
  expect_word(source, input.in_memory(), bytes);
  if (!to) return input.skip(bytes);
  if (!read_numbers(input, to, width)) source.refuse("a number of this vector is not finite");
}

// Throws unless the file can hold so many vectors.
void require_room(const VectorSource& source, std::size_t size, const VectorCounts& counts) {
  const auto width = static_cast<std::uint64_t>(counts.width), rows = static_cast<std::uint64_t>(counts.rows);
  std::uint64_t bytes = 0;
  if (__builtin_mul_overflow(width, sizeof(float), &bytes) || __builtin_mul_overflow(bytes + 1, rows, &bytes) ||
      width > size || bytes > size)
    source.refuse(fmt::format("the file cannot hold {} binary vectors of {} numbers; got {} bytes", rows, width, size));
}

}  // namespace

EmbeddingTable read_binary_vectors(VectorSource& source, const VectorCounts& counts) {
  static_assert(std::endian::native == std::endian::little, "the files hold little-endian numbers");
  BufferedInput& input = source.input();
  require_room(source, input.size() - input.offset(), counts);
  source.begin(counts.width, counts.rows);
  const std::int64_t rows = std::min(counts.rows, source.limit());
  for (std::int64_t row = 0; row < rows; ++row) {
    source.set_place("vector", row + 1);
    read_row(source, counts.width);
  }
  if (rows == counts.rows) skip_line_ends(input);
  if (rows == counts.rows && !input.peek(1).empty())
    source.refuse(fmt::format("the file goes on behind the last of the {} vectors that it says", rows));
  return source.finish();
}

}  // namespace cornu::explore
