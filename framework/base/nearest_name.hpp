#pragma once
// Internal: what somebody meant who misspelt a name.
#include <span>
#include <string>
#include <string_view>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// "; did you mean 'adam'?" for the known name that is nearest to `name`, or "" if none is near: a third of its letters
/// may be wrong, missing, too many or swapped with the next, at least one. Case does not count.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> known);

}  // namespace cornu
CORNU_EXPORT_END
