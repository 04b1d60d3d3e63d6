#include <cornu/framework/kernels/description.hpp>

#include <fmt/core.h>

#include <cornu/framework/kernels/blas.hpp>
#include <cornu/framework/kernels/gemm.hpp>
#include <cornu/framework/kernels/table.hpp>

extern "C" char* openblas_get_corename();

namespace cornu::kernels {

namespace {

const char* instructions_of(Build build) {
  if (build == Build::v4) return "AVX-512";
  if (build == Build::v3) return "AVX2";
#ifdef CORNU_ONLY_BASELINE
  return "portable";
#else
  return "SSE2";
#endif
}

std::string products() {
  if (product_kernels() == ProductKernels::own) return "matrix products by kernels of its own";
  prepare_blas();
  return fmt::format("matrix products by OpenBLAS ({})", openblas_get_corename());
}

}  // namespace

std::string description() {
  const Build build = chosen_build();
  return fmt::format("kernels {} ({}), {}", name_of(build), instructions_of(build), products());
}

}  // namespace cornu::kernels
