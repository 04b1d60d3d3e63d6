// Bytes as a CSV file. The first chooses the separator and whether there is a header, the others are the text.
//
// A finding is what ends in anything but a FileError, cells that are others once they are written with quotes and read
// again, and a number that is not finite.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/data/csv_cells.hpp>
#include <cornu/framework/data/read_csv.hpp>

namespace {

using cornu::CsvCells;

std::string quoted(std::string_view cell) {
  std::string text = "\"";
  for (const char c : cell) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + '"';
}

std::string written(const CsvCells& cells, char separator) {
  std::string text;
  for (std::size_t row = 0; row < cells.rows(); ++row)
    for (std::size_t column = 0; column < cells.columns; ++column)
      text += quoted(cells.cell(row, column)) + (column + 1 < cells.columns ? separator : '\n');
  return text;
}

void check_cells(const std::string& text, char separator) {
  const CsvCells cells = cornu::parse_csv(text, separator, "x.csv");
  const CsvCells again = cornu::parse_csv(written(cells, separator), separator, "x.csv");
  if (cells.text != again.text || cells.ends != again.ends || cells.columns != again.columns) std::abort();
  if (cells.ends.size() != cells.rows() * cells.columns) std::abort();
}

void check_table(const std::string& text, const cornu::CsvOptions& options) {
  const cornu::CsvTable table(text, options, "x.csv");
  if (table.names().empty()) std::abort();
  const cornu::Tensor numbers = table.numbers({.missing = 0, .dtype = cornu::float64});
  for (const double number : numbers.values<double>())
    if (!std::isfinite(number)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr char separators[] = {',', ';', '\t', ' '};
  const char separator = separators[data[0] % 4];
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    check_cells(text, separator);
    const char decimal = separator == ';' ? ',' : '.';
    check_table(text, {.separator = separator, .header = data[0] % 8 < 4, .decimal = decimal});
  } catch (const cornu::FileError&) {
  }
  return 0;
}
