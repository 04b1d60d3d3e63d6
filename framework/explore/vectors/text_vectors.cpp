// A row is a line of a word and d numbers with blanks between.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

#include <cornu/framework/base/read_number.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/explore/vectors/vector_source.hpp>

namespace cornu::explore {

namespace {

constexpr std::string_view blanks = " \t";
constexpr std::size_t npos = std::string_view::npos;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Cuts the last field off, with the blanks in front of it; "" where the rest is one field alone.
std::string_view take_last(std::string_view& line) {
  const std::size_t blank = line.find_last_of(blanks);
  if (blank == npos) return {};
  const std::string_view field = line.substr(blank + 1);
  line = line.substr(0, std::min(line.find_last_not_of(blanks, blank) + 1, blank));
  return field;
}

class TextRows {
 public:
  TextRows(VectorSource& source, std::int64_t width) : source_(source), width_(width) {}

  void read(std::string_view line) {
    const std::string_view word = word_of(line);
    if (float* const to = source_.add(word)) read_numbers(line.substr(word.size()), to);
  }

 private:
  // What stands in front of the last `width_` fields.
  std::string_view word_of(std::string_view line) const {
    if (std::count(line.begin(), line.end(), ' ') == width_ && line.find('\t') == npos)
      return line.substr(0, line.find(' '));
    std::string_view word = line;
    for (std::int64_t i = 0; i < width_; ++i)
      if (word.find_first_of(blanks) == npos)
        refuse_length(i);
      else
        take_last(word);
    std::string_view front = word;
    if (const std::string_view last = take_last(front); !last.empty() && read_number<float>(last))
      refuse_length(numbers_at_end(line));
    return word;
  }

  void read_numbers(std::string_view text, float* to) const {
    const char *at = text.data(), *const end = at + text.size();
    for (std::int64_t i = 0; i < width_; ++i) {
      while (at < end && is_blank(*at)) ++at;
      const auto [stopped, error] = std::from_chars(at, end, to[i]);
      if (error == std::errc() && (stopped == end || is_blank(*stopped)))
        at = stopped;
      else
        at = read_odd_number({at, static_cast<std::size_t>(end - at)}, to[i], i);
    }
    if (!are_finite(to, width_)) source_.refuse("a number of this vector is not finite");
  }

  // A number that std::from_chars does not take: "+1", "1e-50". Answers where it ends.
  const char* read_odd_number(std::string_view text, float& to, std::int64_t place) const {
    const std::string_view field = text.substr(0, text.find_first_of(blanks));
    const auto number = read_number<float>(field);
    if (!number)
      source_.refuse(fmt::format("number {} of the vector is none; got \"{}\"; expected a finite float32", place + 1,
                                 shown(field, 40)));
    to = *number;
    return field.data() + field.size();
  }

  [[noreturn]] void refuse_length(std::int64_t got) const {
    source_.refuse(fmt::format("the vector has another length; got {} numbers; expected {}", got, width_));
  }

  VectorSource& source_;
  std::int64_t width_;
};

// Calls f(line) for each line that is not blank, until it answers false. The first one has that number.
template <class F>
void for_each_row(VectorSource& source, std::int64_t number, F&& f) {
  for (;; ++number) {
    source.set_place("line", number);
    const auto line = source.input().next_until('\n', longest_line, "a line");
    if (!line) return;
    const std::string_view row = without_end(*line);
    if (row.find_first_not_of(blanks) != npos && !f(row)) return;
  }
}

}  // namespace

std::string_view without_end(std::string_view line) { return line.substr(0, line.find_last_not_of(" \t\r") + 1); }

std::int64_t numbers_at_end(std::string_view line) {
  for (std::int64_t count = 0;; ++count) {
    const std::string_view field = take_last(line);
    if (field.empty() || !read_number<float>(field)) return count;
  }
}

EmbeddingTable read_text_vectors(VectorSource& source, const VectorCounts& counts) {
  const auto rows = static_cast<std::uint64_t>(counts.rows), width = static_cast<std::uint64_t>(counts.width);
  std::uint64_t least = 0;  // " 0" for each number
  if (width > longest_line || __builtin_mul_overflow(2 * width, rows, &least) || least > source.input().size())
    source.refuse(
        fmt::format("the file cannot hold {} vectors of {} numbers; got {} bytes", rows, width, source.input().size()));
  source.begin(counts.width, counts.rows);
  TextRows reader(source, counts.width);
  std::int64_t read = 0;
  for_each_row(source, 2, [&](std::string_view row) {
    if (read == source.limit()) return false;
    if (read++ == counts.rows) source.refuse(fmt::format("a vector more than the {} that the file says", counts.rows));
    reader.read(row);
    return true;
  });
  if (read < std::min(counts.rows, source.limit()))
    source.refuse(
        fmt::format("the file ends too early; got {} vectors; expected the {} that it says", read, counts.rows));
  return source.finish();
}

EmbeddingTable read_text_vectors(VectorSource& source) {
  std::optional<TextRows> reader;
  std::int64_t read = 0;
  for_each_row(source, 1, [&](std::string_view row) {
    if (!reader) {
      const std::int64_t width = numbers_at_end(row);
      if (width == 0)
        source.refuse(
            fmt::format("not a file of word vectors; got \"{}\"; expected a word and numbers", shown(row, 40)));
      source.begin(width);
      reader.emplace(source, width);
    }
    if (read++ == source.limit()) return false;
    reader->read(row);
    return true;
  });
  if (!reader) source.refuse("it is empty; expected word vectors");
  return source.finish();
}

}  // namespace cornu::explore
