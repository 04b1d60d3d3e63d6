#include <cornu/framework/text/vocabulary_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/base/utf8.hpp>
#include <cornu/framework/text/lines.hpp>

namespace cornu::text {

namespace {

// What ends a line for str.splitlines of Python.
constexpr std::string_view line_ends[] = {"\n",   "\r",   "\v",       "\f",           "\x1C",
                                          "\x1D", "\x1E", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};

// A byte-order mark would be taken for the file's own.
bool comes_back(std::string_view token) {
  return find_invalid_utf8(token) == std::string_view::npos && !token.starts_with("\xEF\xBB\xBF") &&
         std::none_of(std::begin(line_ends), std::end(line_ends),
                      [&](std::string_view end) { return token.find(end) != std::string_view::npos; });
}

}  // namespace

void write_vocabulary(const std::string& path, const std::vector<std::string>& tokens) {
  static const std::string name = "write_vocabulary";
  const ErrorScope scope(name);
  std::string text;
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    if (!comes_back(tokens[id]))
      throw ValueError(
          "write_vocabulary",
          fmt::format("a line of '{}' could not hold token {}; got \"{}\"; expected UTF-8 without line ends", path, id,
                      shown(tokens[id])));
    text += tokens[id] + '\n';
  }
  write_whole_file(path, text);
}

std::vector<std::string> read_vocabulary(const std::string& path) {
  static const std::string name = "read_vocabulary";
  const ErrorScope scope(name);
  std::vector<std::string> tokens;
  for_each_line(read_text_file(path), [&](std::string_view line, std::size_t number) {
    if (find_invalid_utf8(line) != std::string_view::npos)
      throw FileError("read_vocabulary",
                      fmt::format("'{}', line {}: the line is not UTF-8; convert the file to UTF-8", path, number));
    tokens.emplace_back(line);
  });
  while (!tokens.empty() && tokens.back().empty()) tokens.pop_back();
  if (tokens.empty())
    throw FileError("read_vocabulary", fmt::format("'{}' is empty; got no token; expected one on each line", path));
  return tokens;
}

}  // namespace cornu::text
