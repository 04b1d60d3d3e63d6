#include <cornu/framework/explore/vectors/read_vectors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/explore/vectors/vector_source.hpp>
#include <cornu/framework/formats/looks_like.hpp>

namespace cornu::explore {

namespace {

constexpr std::size_t longest_counts = 64, looked_at = std::size_t{64} << 10;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF", fasttext = "\xBA\x16\x4F\x2F";

// The digits at the front of a text, of which they are cut off.
std::optional<std::int64_t> take_count(std::string_view& text) {
  std::int64_t value = 0;
  if (text.empty() || text[0] == '-') return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool is_text(char c) { return (c >= ' ' && c <= '~') || c == '\t' || c == '\r'; }

// Whether what follows the line of counts begins with a word and numbers as text. The bytes of floats hardly ever look
// like that.
bool looks_like_text(std::string_view rest, std::int64_t width) {
  const std::size_t end = rest.find('\n'), blank = rest.find_first_of(" \t");
  if (rest.empty()) return true;
  if (blank >= std::min(end, rest.size())) return false;
  std::string_view line = rest.substr(0, end);
  if (end == std::string_view::npos && rest.size() >= looked_at) line = line.substr(0, line.find_last_of(" \t"));
  const std::string_view numbers = line.substr(blank);
  return std::all_of(numbers.begin(), numbers.end(), is_text) &&
         2 * numbers_at_end(without_end(line)) >= std::min<std::int64_t>(width, 100);
}

[[noreturn]] void refuse_kind(const VectorSource& source, std::string_view start) {
  if (start.starts_with(fasttext)) source.refuse("a .bin file of fastText; expected word vectors; use read_fasttext");
  source.refuse(
      fmt::format("not a file of word vectors; got {}", formats::looks_like(std::as_bytes(std::span(start)))));
}

EmbeddingTable read_counted(VectorSource& source, const VectorCounts& counts, VectorFormat format) {
  source.set_place("line", 1);
  if (counts.width < 1) source.refuse("vectors of no numbers; got \"words 0\"; expected \"words d\"");
  if (format == VectorFormat::automatic)
    format = looks_like_text(source.input().peek(looked_at), counts.width) ? VectorFormat::word2vec_text
                                                                           : VectorFormat::word2vec_binary;
  return format == VectorFormat::word2vec_binary ? read_binary_vectors(source, counts)
                                                 : read_text_vectors(source, counts);
}

EmbeddingTable read_format(VectorSource& source, VectorFormat format) {
  BufferedInput& input = source.input();
  if (input.peek(byte_order_mark.size()).starts_with(byte_order_mark)) input.skip(byte_order_mark.size());
  const std::string_view start = input.peek(512);
  if (start.empty()) source.refuse("it is empty; expected word vectors");
  const std::size_t end = start.substr(0, longest_counts).find('\n');
  const auto counts = end == std::string_view::npos ? std::nullopt : counts_in(start.substr(0, end));
  const bool has_zeros = start.find('\0') != std::string_view::npos;
  if (format == VectorFormat::glove || (format == VectorFormat::automatic && !counts && !has_zeros))
    return read_text_vectors(source);
  if (!counts && format == VectorFormat::automatic) refuse_kind(source, start);
  source.set_place("line", 1);
  if (!counts) source.refuse("not the first line of a word2vec file; expected \"words d\", two whole numbers");
  input.skip(end + 1);
  return read_counted(source, *counts, format);
}

}  // namespace

std::optional<VectorCounts> counts_in(std::string_view line) {
  line = without_end(line);
  const auto rows = take_count(line);
  if (!rows || line.empty() || (line[0] != ' ' && line[0] != '\t')) return std::nullopt;
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  const auto width = take_count(line);
  if (!width || !line.empty()) return std::nullopt;
  return VectorCounts{*rows, *width};
}

EmbeddingTable read_vectors(const std::string& path, const VectorOptions& options) {
  static const std::string name = "read_vectors";
  const ErrorScope scope(name);
  if (options.limit.value_or(0) < 0)
    throw ValueError("read_vectors", fmt::format("limit must be 0 or more; got {}", *options.limit));
  VectorSource source(path, options);
  return read_format(source, options.format);
}

}  // namespace cornu::explore
