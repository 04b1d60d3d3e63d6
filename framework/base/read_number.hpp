#pragma once
// Internal: numbers in files.
#include <optional>
#include <string_view>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// The T, float or double, nearest to a decimal number: "1", "+1", "-2.5e-1", ".5". What is too small for a T is 0, of
/// its sign. Nothing for any other text: blanks around it, "inf", "nan", "0x10", and what is too large for a T. The
/// locale does not matter.
template <class T>
std::optional<T> read_number(std::string_view text);

}  // namespace cornu
CORNU_EXPORT_END
