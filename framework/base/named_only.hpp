#pragma once
// Internal: options of which each must be named.
#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

/// The first member of options that stand beside another first argument: nothing is converted to it, so that
/// `MaxPooling2D({2, 3})` can only be a size, and `MaxPooling2D({.strides = 1})` only options.
struct NamedOnly {
  explicit NamedOnly() = default;
};

}  // namespace cornu::detail
CORNU_EXPORT_END
