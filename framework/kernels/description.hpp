#pragma once
// Internal: what computes here, in words.
#include <string>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::kernels {

/// One line, "kernels v4 (AVX-512), matrix products by kernels of its own": the build that chosen_build() takes, and
/// what multiplies matrices, see product_kernels(). Throws what chosen_build() throws.
std::string description();

}  // namespace cornu::kernels
CORNU_EXPORT_END
