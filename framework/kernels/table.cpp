#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/kernels/table.hpp>

namespace cornu::kernels {

namespace {

constexpr Build builds[] = {Build::baseline, Build::v3, Build::v4};

bool runs(Build build) {
  if (build == Build::baseline) return true;
#ifdef CORNU_ONLY_BASELINE
  return false;
#else
  __builtin_cpu_init();
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  if (build == Build::v3) return v3;
  return v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
}

Build build_named(std::string_view name) {
  const auto supported = supported_builds();
  const auto found = std::find_if(supported.begin(), supported.end(), [&](Build b) { return name_of(b) == name; });
  if (found != supported.end()) return *found;
  throw ValueError(
      "CORNU_KERNELS",
      fmt::format("no such kernels for this CPU; got \"{}\"; expected baseline … {}; unset the variable to "
                  "take the fastest",
                  name, name_of(supported.back())));
}

}  // namespace

std::string_view name_of(Build build) { return build == Build::v4 ? "v4" : build == Build::v3 ? "v3" : "baseline"; }

std::span<const Build> supported_builds() {
  static const auto count = static_cast<std::size_t>(std::count_if(std::begin(builds), std::end(builds), runs));
  return std::span(builds).first(count);  // whoever runs one of them runs those before it
}

Build chosen_build() {
  const char* name = std::getenv("CORNU_KERNELS");
  return name ? build_named(name) : supported_builds().back();
}

}  // namespace cornu::kernels
