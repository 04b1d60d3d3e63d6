#pragma once
// Internal: text from a file in a message.
#include <cstddef>
#include <string>
#include <string_view>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// The text as a message can hold it: control characters and what is not UTF-8 as \xNN, and "…" behind the first
/// `characters` of it.
std::string shown(std::string_view text, std::size_t characters = 80);

}  // namespace cornu
CORNU_EXPORT_END
