#include <cornu/framework/formats/json/parse.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/shown.hpp>

namespace cornu::formats {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::pair<std::string_view, double> python_words[] = {
    {"NaN", std::numeric_limits<double>::quiet_NaN()}, {"Infinity", infinity}, {"-Infinity", -infinity}};

/// A text in which each NaN, Infinity and -Infinity is an empty string of the same length, so that a parser of plain
/// JSON reads it, and which of its strings they are.
struct PlainJson {
  std::string text;
  std::vector<std::pair<std::size_t, double>> words;  // the string's number, counted with the keys; its value
};

std::size_t end_of_string(std::string_view text, std::size_t begin) {
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    if (text[i] == '\\') ++i;
  }
  return text.size();
}

PlainJson without_python_words(std::string_view text) {
  PlainJson plain{std::string(text), {}};
  std::size_t strings = 0;
  for (std::size_t i = 0; (i = text.find_first_of("\"NI-", i)) != std::string_view::npos;) {
    const auto* const word = std::find_if(std::begin(python_words), std::end(python_words),
                                          [&](const auto& known) { return text.substr(i).starts_with(known.first); });
    if (text[i] == '"') {
      i = end_of_string(text, i);
      ++strings;
    } else if (word != std::end(python_words)) {
      plain.text.replace(i, word->first.size(), "\"\"" + std::string(word->first.size() - 2, ' '));
      plain.words.emplace_back(strings++, word->second);
      i += word->first.size();
    } else {
      ++i;
    }
  }
  return plain;
}

// Of equal keys the last value, at the place of the first.
std::vector<Config::Member> without_repeated_keys(std::vector<Config::Member> members) {
  std::vector<std::size_t> order(members.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return members[a].first < members[b].first; });
  std::vector<bool> is_repeated(members.size(), false);
  for (std::size_t i = 1, first = 0; i < order.size(); ++i) {
    if (members[order[i]].first != members[order[first]].first) {
      first = i;
    } else {
      members[order[first]].second = std::move(members[order[i]].second);
      is_repeated[order[i]] = true;
    }
  }
  std::size_t index = 0;
  std::erase_if(members, [&](const Config::Member&) { return is_repeated[index++]; });
  return members;
}

/// What the parser calls for each piece of the text: makes the Config.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(const PlainJson& plain, const std::string& file, const JsonLimits& limits)
      : plain_(plain), file_(file), limits_(limits) {}

  Config result() && { return std::move(result_); }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(std::int64_t{value}); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) return add(static_cast<double>(value));
    return add(static_cast<std::int64_t>(value));
  }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override {
    if (is_word()) return add(plain_.words[words_++].second);
    return add(std::move(value));
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(true); }
  bool start_array(std::size_t) override { return open(false); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    if (is_word()) refuse("not JSON; got NaN or Infinity as a key");
    open_.back().key = std::move(value);
    return true;
  }
  bool parse_error(std::size_t position, const std::string& token, const nlohmann::json::exception& error) override {
    constexpr int number_out_of_range = 406;
    const bool is_out_of_range = error.id == number_out_of_range;
    const std::string_view text = plain_.text;
    const std::string_view before = text.substr(0, position > 0 ? position - 1 : 0);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t column = before.size() - (before.rfind('\n') + 1);  // npos + 1 is 0
    refuse(fmt::format("{}; got {} at line {}, column {}",
                       is_out_of_range ? "a number that is too large for a double" : "not JSON",
                       position > text.size() ? "its end" : fmt::format("'{}'", shown(token, 40)), line, column + 1));
  }

 private:
  struct Open {
    bool is_object;
    std::string key;
    std::vector<Config> values;
    std::vector<Config::Member> members;
  };

  // Whether the string that was just read stands for one of Python's words.
  bool is_word() {
    const std::size_t number = strings_++;
    return words_ < plain_.words.size() && plain_.words[words_].first == number;
  }
  bool add(Config value) {
    if (++values_ > limits_.values) refuse(fmt::format("more than the {} values allowed", limits_.values));
    put(std::move(value));
    return true;
  }
  void put(Config value) {
    if (open_.empty())
      result_ = std::move(value);
    else if (open_.back().is_object)
      open_.back().members.emplace_back(std::move(open_.back().key), std::move(value));
    else
      open_.back().values.push_back(std::move(value));
  }
  bool open(bool is_object) {
    if (++values_ > limits_.values) refuse(fmt::format("more than the {} values allowed", limits_.values));
    if (open_.size() == limits_.depth)
      refuse(fmt::format("more than {} lists and objects inside each other", limits_.depth));
    open_.push_back({is_object, {}, {}, {}});
    return true;
  }
  bool close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    put(done.is_object ? Config::object(without_repeated_keys(std::move(done.members)))
                       : Config::list(std::move(done.values)));
    return true;
  }
  [[noreturn]] void refuse(const std::string& message) const {
    throw FileError("parse_json", fmt::format("'{}': {}", file_, message));
  }

  const PlainJson& plain_;
  const std::string& file_;
  const JsonLimits& limits_;
  std::vector<Open> open_;
  std::size_t strings_ = 0, words_ = 0, values_ = 0;
  Config result_;
};

}  // namespace

Config parse_json(std::string_view text, const std::string& file, const JsonLimits& limits) {
  if (text.size() > limits.bytes)
    throw FileError("parse_json", fmt::format("'{}': {} bytes; expected at most {}", file, text.size(), limits.bytes));
  if (text.find('\0') != std::string_view::npos)  // which the parser takes for the end
    throw FileError("parse_json", fmt::format("'{}': not JSON; got a zero byte", file));
  const PlainJson plain = without_python_words(text);
  Builder builder(plain, file, limits);
  nlohmann::json::sax_parse(plain.text, &builder);
  return std::move(builder).result();
}

}  // namespace cornu::formats
