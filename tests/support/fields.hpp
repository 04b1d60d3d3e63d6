#pragma once
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/fixture.hpp"

namespace cornu::testing {

/// A field of a line, where "\t", "\n", "\r" and "\\" stand for tab, line feed, carriage return and backslash.
inline std::string unescape_field(const std::string& field) {
  static const std::map<char, char> escapes{{'t', '\t'}, {'n', '\n'}, {'r', '\r'}, {'\\', '\\'}};
  std::string text;
  for (std::size_t i = 0; i < field.size(); ++i) text += field[i] == '\\' ? escapes.at(field[++i]) : field[i];
  return text;
}

/// The lines of a fixture with tabs between fields: for each first field the others.
inline std::map<std::string, std::vector<std::string>> fixture_fields(std::string_view file) {
  std::istringstream lines(fixture_text(file));
  std::map<std::string, std::vector<std::string>> fields;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream parts(line);
    std::string name, field;
    std::getline(parts, name, '\t');
    while (std::getline(parts, field, '\t')) fields[name].push_back(unescape_field(field));
  }
  return fields;
}

}  // namespace cornu::testing
