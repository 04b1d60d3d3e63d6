#pragma once
// Internal: how a family's kernels of one build are handed out.
#include <cornu/framework/kernels/table.hpp>

namespace cornu::kernels::CORNU_ISA {

/// Has the family filled with this build's functions, as `kernels`. Each file specialises it for its families.
template <class Family>
struct Filled;

template <class Family>
const Family& kernels() {
  return Filled<Family>::kernels;
}

}  // namespace cornu::kernels::CORNU_ISA
