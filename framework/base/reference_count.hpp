#pragma once
// Internal: how many hold one block of memory, counted by all threads. std::atomic would do the same, and <atomic>
// would be compiled by every user's program.
#include <cstdint>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

class ReferenceCount {
 public:
  void add() { __atomic_fetch_add(&count_, 1U, __ATOMIC_RELAXED); }
  /// True for the last holder, who sees all that the others wrote.
  [[nodiscard]] bool drop() { return __atomic_fetch_sub(&count_, 1U, __ATOMIC_ACQ_REL) == 1U; }
  std::uint32_t holders() const { return __atomic_load_n(&count_, __ATOMIC_ACQUIRE); }

 private:
  std::uint32_t count_ = 1;
};

}  // namespace cornu::detail
CORNU_EXPORT_END
