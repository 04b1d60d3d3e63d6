#include <cornu/framework/data/read_csv.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/base/nearest_name.hpp>
#include <cornu/framework/base/read_number.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/data/csv_cells.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu {

namespace {

void check(const CsvOptions& options) {
  const char separator = options.separator;
  if (separator == '"' || separator == '\n' || separator == '\r' || static_cast<unsigned char>(separator) - 1U > 126U)
    throw ValueError("read_csv", fmt::format("cells cannot be separated by this; got '{}'; expected ',', ';', '\\t' or "
                                             "another ASCII character",
                                             shown(std::string_view(&separator, 1))));
  if ((options.decimal != '.' && options.decimal != ',') || options.decimal == separator)
    throw ValueError("read_csv",
                     fmt::format("not a decimal point; got '{}' with cells separated by '{}'; expected '.' "
                                 "or ',', and another separator",
                                 shown(std::string_view(&options.decimal, 1)), shown(std::string_view(&separator, 1))));
}

std::vector<std::string> names_of(const CsvCells& cells, bool has_header) {
  std::vector<std::string> names;
  for (std::size_t column = 0; column < cells.columns; ++column)
    names.push_back(has_header ? std::string(cells.cell(0, column)) : fmt::format("{}", column));
  return names;
}

std::string_view trimmed(std::string_view cell) {
  const std::size_t begin = std::min(cell.find_first_not_of(" \t"), cell.size());
  return cell.substr(begin, cell.find_last_not_of(" \t") + 1 - begin);
}

bool is_missing(std::string_view cell) {
  constexpr std::array<std::string_view, 19> missing{
      "",     "NA",   "N/A",  "n/a",      "NaN", "nan",    "NULL",    "null",    "None",    "<NA>",
      "-NaN", "-nan", "#N/A", "#N/A N/A", "#NA", "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN"};
  return std::find(missing.begin(), missing.end(), cell) != missing.end();
}

template <class T>
std::optional<T> number_of(std::string_view cell, char decimal) {
  if (decimal == '.') return read_number<T>(cell);
  if (cell.find('.') != std::string_view::npos) return std::nullopt;
  std::string text(cell);
  std::replace(text.begin(), text.end(), decimal, '.');
  return read_number<T>(text);
}

// The first of them, for a message.
std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t most = 20;
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i)
    list += fmt::format("{}'{}'", i == 0 ? "" : ", ", shown(names[i], 40));
  return list + (names.size() > most ? fmt::format(" and {} more", names.size() - most) : "");
}

// A line that was not cut may have other separators.
std::string advice_about_separator(const std::vector<std::string>& names) {
  if (names.size() > 1) return "";
  for (const auto& [separator, written] : {std::pair(';', ";"), {'\t', "\\t"}, {'|', "|"}, {',', ","}})
    if (names.front().find(separator) != std::string::npos)
      return fmt::format("; if '{0}' separates the cells, give {{.separator = '{0}'}}", written);
  return "";
}

// What is a number where decimals have a comma.
bool has_decimal_comma(std::string_view cell, char decimal) {
  return decimal == '.' && cell.find(',') != std::string_view::npos && number_of<double>(cell, ',');
}

void require_text(std::string_view text, std::string_view name) {
  if (text.starts_with("PK\x03\x04"))
    throw FileError("read_csv", fmt::format("'{}' is a zip archive, as workbooks (.xlsx) are; expected text; save the "
                                            "sheet as CSV",
                                            name));
}

}  // namespace

CsvTable::CsvTable(std::string text, const CsvOptions& options, std::string name)
    : name_(std::move(name)), decimal_(options.decimal), has_header_(options.header) {
  check(options);
  require_text(text, name_);
  cells_ = detail::Shared<const CsvCells>::make(parse_csv(std::move(text), options.separator, name_));
  if (cells_->rows() == 0)
    throw FileError("read_csv", fmt::format("'{}' has no lines; expected {}rows", name_,
                                            has_header_ ? "a header with the columns' names, and " : ""));
  if (const auto columns = static_cast<std::int64_t>(cells_->columns); columns > options.max_columns)
    throw FileError("read_csv", fmt::format("'{}' has too many columns; got {}; expected at most {}; raise max_columns",
                                            name_, columns, options.max_columns));
  names_ = names_of(*cells_, has_header_);
  const auto is_number = [&](const std::string& cell) {
    return number_of<double>(trimmed(cell), decimal_).has_value();
  };
  if (has_header_ && std::all_of(names_.begin(), names_.end(), is_number))
    log(fmt::format(
        "read_csv: the first line of '{}' has numbers alone, and gives the columns their names; {{.header = "
        "false}} makes it a row\n",
        name_));
}

std::int64_t CsvTable::rows() const { return static_cast<std::int64_t>(cells_->rows() - (has_header_ ? 1 : 0)); }

std::size_t CsvTable::column_of(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) {
    const std::vector<std::string_view> known(names_.begin(), names_.end());
    throw ValueError("CsvTable", fmt::format("no column '{}' in '{}'; got {}{}{}", shown(name), name_, listed(names_),
                                             did_you_mean(name, known), advice_about_separator(names_)));
  }
  if (std::find(found + 1, names_.end(), name) != names_.end())
    throw ValueError("CsvTable", fmt::format("several columns are called '{}' in '{}'; got {}; expected one",
                                             shown(name), name_, listed(names_)));
  return static_cast<std::size_t>(found - names_.begin());
}

void CsvTable::refuse(std::size_t row, std::size_t column, bool is_missing) const {
  const std::string title = has_header_ ? fmt::format(" ('{}')", shown(names_[column], 40)) : "";
  const char* const what = is_missing ? "the number is missing" : "this is not a number";
  const char* const advice = is_missing ? "; fill it in, or say with `missing` what to read"
                             : has_decimal_comma(trimmed(cells_->cell(row, column)), decimal_)
                                 ? "; for decimals with a comma give {.decimal = ','}"
                                 : "";
  throw FileError(
      "CsvTable::numbers",
      fmt::format("'{}', line {}, column {}{}: {}; got '{}'; expected a finite number{}", name_, cells_->lines[row],
                  column + 1, title, what, shown(cells_->cell(row, column), 40), advice));
}

template <class T>
T CsvTable::number_at(std::size_t row, std::size_t column, const CsvNumberOptions& options) const {
  const std::string_view cell = trimmed(cells_->cell(row, column));
  if (const auto number = number_of<T>(cell, decimal_)) return *number;
  const bool missing = is_missing(cell);
  if (!missing || !options.missing) refuse(row, column, missing);
  return static_cast<T>(*options.missing);
}

Tensor CsvTable::numbers_in(const std::vector<std::size_t>& columns, const CsvNumberOptions& options) const {
  if (!is_floating(options.dtype))
    throw ValueError("CsvTable::numbers", fmt::format("not a floating dtype; got {}; expected float32 or float64; "
                                                      "ops::cast makes integers of them",
                                                      name_of(options.dtype)));
  Tensor table = Tensor::uninitialized({rows(), columns.size()}, options.dtype);
  detail::for_floating_type(options.dtype, [&]<class T>(T) {
    T* next = table.mutable_data<T>();
    for (std::size_t row = has_header_ ? 1 : 0; row < cells_->rows(); ++row)
      for (const std::size_t column : columns) *next++ = number_at<T>(row, column, options);
  });
  return table;
}

Tensor CsvTable::numbers(const std::string& name, const CsvNumberOptions& options) const {
  return numbers_in({column_of(name)}, options).with_shape({rows()});
}

Tensor CsvTable::numbers(std::initializer_list<std::string_view> names, const CsvNumberOptions& options) const {
  std::vector<std::size_t> columns;
  for (const std::string_view name : names) columns.push_back(column_of(name));
  return numbers_in(columns, options);
}

Tensor CsvTable::numbers(const std::vector<std::string>& names, const CsvNumberOptions& options) const {
  std::vector<std::size_t> columns;
  for (const std::string& name : names) columns.push_back(column_of(name));
  return numbers_in(columns, options);
}

Tensor CsvTable::numbers(const CsvNumberOptions& options) const {
  std::vector<std::size_t> columns(names_.size());
  std::iota(columns.begin(), columns.end(), 0);
  return numbers_in(columns, options);
}

std::vector<std::string> CsvTable::words(const std::string& name) const {
  const std::size_t column = column_of(name);
  std::vector<std::string> all;
  for (std::size_t row = has_header_ ? 1 : 0; row < cells_->rows(); ++row) all.emplace_back(cells_->cell(row, column));
  return all;
}

CsvTable read_csv(const std::string& path, const CsvOptions& options) {
  check(options);
  static const std::string name = "read_csv";
  const ErrorScope scope(name);
  return CsvTable(read_text_file(path, options.max_bytes), options, path);
}

}  // namespace cornu
