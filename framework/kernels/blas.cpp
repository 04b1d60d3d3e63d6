#include <cornu/framework/kernels/blas.hpp>

#include <cstdlib>
#include <string_view>

#include <cornu/framework/kernels/table.hpp>

extern "C" {
void openblas_set_num_threads(int threads);
char* openblas_get_corename();
// There in builds that choose their kernels at run time.
__attribute__((weak)) void gotoblas_dynamic_init();
__attribute__((weak)) void gotoblas_dynamic_quit();
}

namespace cornu::kernels {

namespace {

const char* newest_core() {
  switch (supported_builds().back()) {
    case Build::v4:
      return "SkylakeX";
    case Build::v3:
      return "Haswell";
    case Build::baseline:
      break;
  }
  return nullptr;
}

void leave_oldest_kernels() {
  constexpr const char* variable = "OPENBLAS_CORETYPE";
  const char* const core = newest_core();
  const bool can_choose = gotoblas_dynamic_init != nullptr && gotoblas_dynamic_quit != nullptr;
  if (!core || !can_choose || std::getenv(variable) || std::string_view(openblas_get_corename()) != "Prescott") return;
  gotoblas_dynamic_quit();
  setenv(variable, core, 1);
  gotoblas_dynamic_init();
  unsetenv(variable);
}

}  // namespace

void prepare_blas() {
  static const bool done = [] {
    leave_oldest_kernels();
    openblas_set_num_threads(1);
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace cornu::kernels
