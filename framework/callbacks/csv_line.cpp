#include <cornu/framework/callbacks/csv_line.hpp>

namespace cornu::callbacks::detail {

namespace {

std::string quoted(std::string_view field) {
  std::string text = "\"";
  for (const char c : field) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

}  // namespace

std::string csv_line(const std::vector<std::string>& fields, char separator) {
  const char special[] = {separator, '"', '\r', '\n'};
  std::string line;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) line += separator;
    const bool is_plain = field.find_first_of(std::string_view(special, sizeof special)) == std::string::npos;
    line += is_plain ? field : quoted(field);
  }
  return line + "\r\n";
}

std::vector<std::string> csv_fields(std::string_view line, char separator) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  std::vector<std::string> fields{""};
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool is_double_quote = is_quoted && line.substr(i).starts_with("\"\"");
    if (is_double_quote)
      ++i;
    else if (c == '"')
      is_quoted = !is_quoted;
    if (c == separator && !is_quoted)
      fields.emplace_back();
    else if (c != '"' || is_double_quote)
      fields.back() += c;
  }
  return fields;
}

}  // namespace cornu::callbacks::detail
