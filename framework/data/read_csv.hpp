#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/shared.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

struct CsvCells;

struct CsvOptions {
  char separator = ',';                              ///< between cells: a comma, semicolon, tab …
  bool header = true;                                ///< the first line names the columns; else they are "0", "1", …
  char decimal = '.';                                ///< the point of decimal numbers: ',' in "1,5"
  std::uint64_t max_bytes = std::uint64_t{1} << 30;  ///< longer files are refused
  std::int64_t max_columns = 100'000;                ///< files of longer rows are refused
};

struct CsvNumberOptions {
  std::optional<double> missing = {};  ///< read instead of a missing number, NAN (of `cmath`) say; not given: refused
  DType dtype = float32;               ///< float32 or float64
};

/// The columns of a file, by name.
///
///     const CsvTable people = read_csv("people.csv");
///     const Tensor x = people.numbers({"age", "height"});                  // (rows, 2)
///     const Tensor income = people.numbers("income", {.missing = NAN});    // (rows,)
///     const std::vector<std::string> cities = people.words("city");
///
/// Numbers are decimal: "1", "+1", "-2.5e-1", ".5"; blanks around them and quotes do not matter. A number is missing
/// where the cell is empty, blank or one of pandas's words for that: `NA`, `N/A`, `n/a`, `NaN`, `nan`, `NULL`, `null`,
/// `None`, `<NA>`, `-NaN`, `-nan`, `#N/A`, `#N/A N/A`, `#NA`, `1.#IND`, `1.#QNAN`, `-1.#IND`, `-1.#QNAN`.
class CsvTable {
 public:
  /// The table of a text; `name` is for errors. Throws as read_csv does.
  explicit CsvTable(std::string text, const CsvOptions& options = {}, std::string name = "text");

  std::int64_t rows() const;
  /// In the order of the file. Columns may have one name; only those of one column alone can be read by it.
  const std::vector<std::string>& names() const { return names_; }

  /// A column (rows,), several (rows, names), or all. Throw ValueError, with the columns that there are, for a name of
  /// none or of several, and for a dtype that is not floating; FileError, with line and column, for what is no finite
  /// number of that dtype, and for missing ones unless `missing` is given.
  Tensor numbers(const std::string& name, const CsvNumberOptions& options = {}) const;
  Tensor numbers(std::initializer_list<std::string_view> names, const CsvNumberOptions& options = {}) const;
  Tensor numbers(const std::vector<std::string>& names, const CsvNumberOptions& options = {}) const;
  Tensor numbers(const CsvNumberOptions& options = {}) const;
  /// A column as it stands in the file, without its quotes; "" for an empty cell. Throws ValueError as numbers does.
  std::vector<std::string> words(const std::string& name) const;

 private:
  std::size_t column_of(std::string_view name) const;
  Tensor numbers_in(const std::vector<std::size_t>& columns, const CsvNumberOptions& options) const;
  template <class T>
  T number_at(std::size_t row, std::size_t column, const CsvNumberOptions& options) const;
  [[noreturn]] void refuse(std::size_t row, std::size_t column, bool is_missing) const;

  std::string name_;
  char decimal_;
  bool has_header_;
  detail::Shared<const CsvCells> cells_;
  std::vector<std::string> names_;
};

/// Reads a UTF-8 file of rows of equally many cells (RFC 4180): cells may be quoted, and then hold separators, line
/// breaks and, written twice, quotes. The file may begin with a byte-order mark; lines end in "\n", "\r\n" or "\r", and
/// the last one may lack it. Empty lines and lines of blanks are skipped. The table holds the file in memory, and eight
/// bytes for each cell.
///
/// Throws FileError, with the file's name and the line's number where there is one, when the file is missing, is a
/// folder, a pipe or a device, has no line, more than max_bytes or max_columns; for a row of another length than the
/// first, a quote that is not closed or has text behind it, and what is not UTF-8. Throws ValueError for a separator
/// that is a quote, a line break or no ASCII character, and for a decimal point other than '.' and ',' or equal to the
/// separator.
CsvTable read_csv(const std::string& path, const CsvOptions& options = {});

}  // namespace cornu
CORNU_EXPORT_END
