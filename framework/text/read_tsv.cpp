#include <cornu/framework/text/read_tsv.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/base/read_number.hpp>
#include <cornu/framework/base/utf8.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/framework/text/lines.hpp>

namespace cornu::text {

namespace {

// Where an error is: the file and the line, counted from 1.
struct Place {
  const std::string& path;
  std::size_t line;

  [[noreturn]] void fail(std::string_view message) const {
    throw FileError("read_tsv", fmt::format("'{}', line {}: {}", path, line, message));
  }
};

// Part of a line for an error's text.
std::string excerpt(std::string_view line) {
  std::size_t end = std::min<std::size_t>(line.size(), 40);
  while (end > 0 && end < line.size() && (line[end] & 0xC0) == 0x80) --end;  // not inside a character
  return fmt::format("\"{}\"{}", line.substr(0, end), end < line.size() ? "…" : "");
}

float parse_label(std::string_view field, const Place& place) {
  if (const auto label = read_number<float>(field)) return *label;
  place.fail(fmt::format("the label is not a number; got {}; expected a finite number before the tab", excerpt(field)));
}

void add_line(LabelledText& data, std::string_view line, const Place& place) {
  if (const std::size_t at = find_invalid_utf8(line); at != std::string_view::npos)
    place.fail(fmt::format("the line is not UTF-8; got byte 0x{:02X} at column {}; convert the file to UTF-8",
                           static_cast<unsigned char>(line[at]), at + 1));
  const std::size_t tab = line.find('\t');
  if (tab == std::string_view::npos)
    place.fail(fmt::format("the line has no tab; got {}; expected label <TAB> text", excerpt(line)));
  data.labels.push_back(parse_label(line.substr(0, tab), place));
  data.texts.emplace_back(line.substr(tab + 1));
}

LabelledText parse(std::string_view text, const std::string& path) {
  LabelledText data;
  for_each_line(text, [&](std::string_view line, std::size_t number) {
    if (!is_blank(line)) add_line(data, line, {path, number});
  });
  return data;
}

LabelledText shuffled(LabelledText data) {
  LabelledText result;
  for (const std::int64_t from : random::permutation(static_cast<std::int64_t>(data.texts.size()))) {
    result.texts.push_back(std::move(data.texts[static_cast<std::size_t>(from)]));
    result.labels.push_back(data.labels[static_cast<std::size_t>(from)]);
  }
  return result;
}

}  // namespace

LabelledText read_tsv(const std::string& path, const ReadOptions& options) {
  static const std::string name = "read_tsv";
  const ErrorScope scope(name);
  LabelledText data = parse(read_text_file(path, options.max_bytes), path);
  if (data.texts.empty())
    throw FileError("read_tsv",
                    fmt::format("'{}' is empty; got no line; expected label <TAB> text on each line", path));
  return options.shuffle ? shuffled(std::move(data)) : data;
}

}  // namespace cornu::text
