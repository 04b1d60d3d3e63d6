#pragma once
// Internal: what `({})` means to a class whose only argument is its options.
#include <initializer_list>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

/// Nothing becomes one.
struct NoOption {
  NoOption(const NoOption&) = delete;
};

/// The argument of `Adam({})`, which could mean default options or, to be moved from, a default Adam: no conversion is
/// nearer to `{}` than this one.
using NoOptions = std::initializer_list<NoOption>;

}  // namespace cornu::detail
CORNU_EXPORT_END
