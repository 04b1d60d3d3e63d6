#pragma once
// Internal: kernels that are compiled once for each kind of CPU, and which of them runs.
//
// A family is a struct template of function pointers with three static functions, one a build, that return it filled:
//
//     template <class T>
//     struct ReductionKernels {
//       void (*sum_rows)(const T* x, std::int64_t rows, std::int64_t columns, T* y);
//       static const ReductionKernels& baseline();
//       static const ReductionKernels& v3();
//       static const ReductionKernels& v4();
//     };
//
// framework/kernels/simd/<family>.cpp is compiled three times, with CORNU_ISA standing for the build's name, and ends:
//
//     template <class T>
//     const ReductionKernels<T>& ReductionKernels<T>::CORNU_ISA() {
//       static constexpr ReductionKernels kernels{.sum_rows = sum_rows<T>};
//       return kernels;
//     }
//     template const ReductionKernels<float>& ReductionKernels<float>::CORNU_ISA();
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

template <class Family>
const Family& table_of([[maybe_unused]] Build build) {
#ifndef CORNU_ONLY_BASELINE
  if (build == Build::v4) return Family::v4();
  if (build == Build::v3) return Family::v3();
#endif
  return Family::baseline();
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
