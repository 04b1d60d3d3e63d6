#include <cornu/framework/explore/vectors/fasttext_file.hpp>

#include <fmt/format.h>

#include <bit>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/explore/vectors/vector_rows.hpp>
#include <cornu/framework/formats/little_endian.hpp>
#include <cornu/framework/formats/looks_like.hpp>

namespace cornu::explore {

namespace {

constexpr std::uint32_t magic = 793712314, newest = 12, supervised = 3;
constexpr std::size_t longest_word = std::size_t{64} << 10;

/// Reads the parts of the file in their order.
class Reader {
 public:
  Reader(FastTextFile& to, BadUtf8 on_bad_utf8) : to_(to), bytes_(to.file->bytes()), on_bad_utf8_(on_bad_utf8) {}

  void read() {
    read_options();
    read_words();
    read_matrix();
  }

 private:
  template <class T>
  T take() {
    if (sizeof(T) > bytes_.size() - at_) refuse("it ends too early");
    const T value = formats::load<T>(bytes_, at_);
    at_ += sizeof(T);
    return value;
  }
  std::int64_t take_int() { return static_cast<std::int32_t>(take<std::uint32_t>()); }
  std::int64_t take_long() { return static_cast<std::int64_t>(take<std::uint64_t>()); }

  // Older files have no magic number and no version in front of the dimension.
  void read_options() {
    const std::uint32_t first = take<std::uint32_t>();
    const bool is_new = first == magic;
    to_.is_old = !is_new;
    if (is_new)
      if (const std::uint32_t version = take<std::uint32_t>(); version > newest)
        refuse(fmt::format("version {} of fastText's format; expected {} or lower", version, newest));
    to_.width = is_new ? take_int() : static_cast<std::int32_t>(first);
    skip(6 * 4);  // window, epochs, least count, negatives, word n-grams, loss
    const std::int64_t model = take_int();
    to_.subwords.buckets = take_int();
    to_.subwords.shortest = take_int();
    to_.subwords.longest = take_int();
    skip(4 + 8);  // how often the rate changes; the threshold of frequent words
    const auto is_likely = [](std::int64_t value, std::int64_t most) { return value >= 0 && value <= most; };
    if (to_.width < 1 || !is_likely(model, supervised) || !is_likely(to_.subwords.buckets, INT32_MAX) ||
        !is_likely(to_.subwords.shortest, 1000) || !is_likely(to_.subwords.longest, 1000))
      refuse(fmt::format("not a .bin file of fastText; got {}", formats::looks_like(bytes_)));
    if (model == supervised) refuse("a supervised model, a classifier of texts; expected word vectors");
  }

  void read_words() {
    const std::int64_t entries = take_int(), words = take_int(), labels = take_int();
    skip(8);  // how many words were read in training
    if (labels > 0) refuse("a supervised model, a classifier of texts; expected word vectors");
    if (entries < 0 || words != entries || labels < 0) refuse("the sizes of the vocabulary do not fit together");
    if (!to_.is_old && take_long() > 0) refuse("a pruned model; expected one that is not quantised");
    constexpr std::size_t least_bytes = 1 + 8 + 1;  // of a word: its end, its count and its type
    if (static_cast<std::size_t>(words) > (bytes_.size() - at_) / least_bytes)
      refuse(fmt::format("it cannot hold {} words; got {} bytes behind their number", words, bytes_.size() - at_));
    to_.first_bucket = words;
    for (std::int64_t row = 0; row < words; ++row) read_word(row);
  }

  void read_word(std::int64_t row) {
    const std::string_view rest(reinterpret_cast<const char*>(bytes_.data()) + at_, bytes_.size() - at_);
    const std::size_t end = rest.substr(0, longest_word).find('\0');
    if (end == std::string_view::npos) refuse(fmt::format("word {} has no end", row + 1));
    const std::string_view bytes = rest.substr(0, end);
    std::optional<std::string> word = decoded(bytes, on_bad_utf8_);
    if (!word) refuse(fmt::format("word {} is not UTF-8; got \"{}\"; set on_bad_utf8", row + 1, shown(bytes, 40)));
    at_ += end + 1;
    skip(8);  // its count
    if (take<std::uint8_t>() != 0) refuse(fmt::format("word {} is a label of a supervised model", row + 1));
    if (to_.words.add_new(std::move(*word))) to_.entries.push_back({row, bytes});
  }

  void read_matrix() {
    if (!to_.is_old && take<std::uint8_t>() != 0) refuse("a quantised model (.ftz); expected one that is not");
    const std::int64_t rows = take_long(), width = take_long();
    if (width != to_.width || rows < to_.first_bucket || rows - to_.first_bucket < buckets_in_use())
      refuse(fmt::format("a matrix of ({}, {}); expected ({}, {})", rows, width,
                         to_.first_bucket + to_.subwords.buckets, to_.width));
    if (rows == 0) refuse("it has no word and no vector");
    to_.matrix = at_;
    skip_matrix(rows, width);
    if (!to_.is_old && take<std::uint8_t>() != 0) refuse("a quantised model; expected one that is not");
    const std::int64_t outputs = take_long(), output_width = take_long();
    skip_matrix(outputs, output_width);
    if (at_ != bytes_.size()) refuse(fmt::format("{} bytes behind its end", bytes_.size() - at_));
  }

  std::int64_t buckets_in_use() const { return to_.subwords.longest > 0 ? to_.subwords.buckets : 0; }

  void skip_matrix(std::int64_t rows, std::int64_t width) {
    std::size_t bytes = 0;
    if (rows < 0 || width < 0 || __builtin_mul_overflow(rows, width, &bytes) ||
        __builtin_mul_overflow(bytes, sizeof(float), &bytes))
      refuse(fmt::format("a matrix of ({}, {}) is larger than any file", rows, width));
    skip(bytes);
  }

  void skip(std::size_t bytes) {
    if (bytes > bytes_.size() - at_) refuse("it ends too early");
    at_ += bytes;
  }

  [[noreturn]] void refuse(std::string_view message) const {
    throw FileError("read_fasttext", fmt::format("'{}': {}", to_.path, message));
  }

  FastTextFile& to_;
  std::span<const std::byte> bytes_;
  BadUtf8 on_bad_utf8_;
  std::size_t at_ = 0;
};

}  // namespace

FastTextFile open_fasttext(const std::string& path, BadUtf8 on_bad_utf8) {
  static_assert(std::endian::native == std::endian::little, "the files hold little-endian numbers");
  FastTextFile result;
  result.file = std::make_shared<const formats::MappedFile>(path);
  result.path = path;
  Reader(result, on_bad_utf8).read();
  return result;
}

}  // namespace cornu::explore
