#pragma once
// Internal: what a file is that is not what it should be.
#include <cstddef>
#include <span>
#include <string_view>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::formats {

/// A guess from the first bytes, for an error's "got …": "an HDF5 file", "a gzip file", "an empty file", … or
/// "a file of another kind".
std::string_view looks_like(std::span<const std::byte> bytes);

}  // namespace cornu::formats
CORNU_EXPORT_END
