#pragma once
// Internal: kernels that are compiled once for each kind of CPU, and which of them runs.
//
// A family is a struct template of function pointers:
//
//     template <class T>
//     struct ReductionKernels {
//       void (*sum_rows)(const T* x, std::int64_t rows, std::int64_t columns, T* y);
//     };
//
// framework/kernels/simd/<family>.cpp is compiled three times, with CORNU_ISA standing for the build's name. It stands
// in the namespace cornu::kernels::CORNU_ISA, where it fills the family, and ends:
//
//     template <class T>
//     struct Filled<ReductionKernels<T>> {
//       static constexpr ReductionKernels<T> kernels{.sum_rows = sum_rows<T>};
//     };
//     template const ReductionKernels<float>& kernels();
//
// Everything else in that file has internal linkage and uses no inline function of the standard library: of two
// definitions compiled with other flags the linker keeps one, and it might be one that this CPU cannot run. Nothing in
// it is initialised at run time, for the same reason.
#include <span>
#include <string_view>

namespace cornu::kernels {

/// x86-64 as it was in 2003; with AVX2 and FMA (x86-64-v3); with AVX-512 (x86-64-v4). Other CPUs: baseline alone.
enum class Build { baseline, v3, v4 };

std::string_view name_of(Build build);

/// The builds that this CPU can run, from the slowest to the fastest.
std::span<const Build> supported_builds();

/// The fastest of them, or the one that the environment variable CORNU_KERNELS names.
/// Throws ValueError when it names none, or one that this CPU cannot run.
Build chosen_build();

/// A family's kernels of each build; simd/ instantiates them.
namespace baseline {
template <class Family>
const Family& kernels();
}
namespace v3 {
template <class Family>
const Family& kernels();
}
namespace v4 {
template <class Family>
const Family& kernels();
}

template <class Family>
const Family& table_of([[maybe_unused]] Build build) {
#ifndef CORNU_ONLY_BASELINE
  if (build == Build::v4) return v4::kernels<Family>();
  if (build == Build::v3) return v3::kernels<Family>();
#endif
  return baseline::kernels<Family>();
}

/// The family's kernels for this CPU, chosen at the first use:
///
///     kernels::table<kernels::ReductionKernels<float>>().sum_rows(…);
template <class Family>
const Family& table() {
  static const Family& chosen = table_of<Family>(chosen_build());
  return chosen;
}

}  // namespace cornu::kernels
