#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include <cornu/framework/kernels/blas.hpp>
#include <cornu/framework/kernels/table.hpp>

extern "C" char* openblas_get_corename();
extern "C" int openblas_get_num_threads();

using namespace cornu::kernels;

TEST_CASE("OpenBLAS: one thread a call, and no kernels of the oldest CPUs where this one is newer") {
  prepare_blas();
  CHECK(openblas_get_num_threads() == 1);
  const bool is_old = supported_builds().back() == Build::baseline;
  if (!is_old && !std::getenv("OPENBLAS_CORETYPE")) CHECK(openblas_get_corename() != std::string("Prescott"));
}
