#include <cornu/framework/kernels/description.hpp>

#include <fmt/core.h>

#include <cornu/framework/kernels/blas.hpp>
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

}  // namespace

std::string description() {
  const Build build = chosen_build();
  prepare_blas();
  return fmt::format("kernels {} ({}), matrix products by OpenBLAS ({})", name_of(build), instructions_of(build),
                     openblas_get_corename());
}

}  // namespace cornu::kernels
