#pragma once
#include <string>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// What is in a `.keras`, `.h5` or `.weights.h5` file, as text for people: members, weights with shapes and dtypes,
/// what the library does not have, and what would not be taken as it is. Throws FileError for a file that is damaged or
/// of another kind; what is not supported is part of the text.
///
///     fmt::print("{}", inspect_file("model.keras"));
std::string inspect_file(const std::string& path);

}  // namespace cornu
CORNU_EXPORT_END
