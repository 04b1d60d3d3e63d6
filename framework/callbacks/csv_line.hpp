#pragma once
// Internal: lines of CSV files, as Python's csv module writes them.
#include <string>
#include <string_view>
#include <vector>

namespace cornu::callbacks::detail {

/// The fields with the separator between them, and CR LF. A field with the separator, a quote or a line end in it
/// stands between quotes, its quotes doubled.
std::string csv_line(const std::vector<std::string>& fields, char separator);
/// The fields of such a line, which may lack its end.
std::vector<std::string> csv_fields(std::string_view line, char separator);

}  // namespace cornu::callbacks::detail
