#pragma once
// Internal: what `({})` means to a class whose only argument is its options.
#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

/// The argument of `Adam({})`, which could mean default options or, to be moved from, a default Adam: no conversion is
/// nearer to `{}` than this one. A scoped enumeration, since nothing else becomes one. (gcc 12 reads `{.beta_1 = 0}` as
/// `{0}` where it looks for a constructor, which is a pointer, a number, or the ends of an initializer_list.)
enum class NoOptions : bool {};

}  // namespace cornu::detail
CORNU_EXPORT_END
