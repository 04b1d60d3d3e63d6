#pragma once
// Internal: numbers in what callbacks write.
#include <string>

namespace cornu::callbacks::detail {

/// A number as Python prints it: "0.1", "1.0", "1e-05", "nan", "inf".
std::string python_text(double value);

}  // namespace cornu::callbacks::detail
