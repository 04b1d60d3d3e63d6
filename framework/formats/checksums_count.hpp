#pragma once
// Internal: whether checksums are compared.

namespace cornu::formats {

/// A fuzzer would never get past checksums: its build leaves them out, under the name that libFuzzer gives to that.
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
inline constexpr bool checksums_count = false;
#else
inline constexpr bool checksums_count = true;
#endif

}  // namespace cornu::formats
