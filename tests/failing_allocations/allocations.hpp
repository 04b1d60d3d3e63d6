#pragma once
#include <cstdint>

namespace cornu::testing {

/// While it lives, counts what all threads take from operator new and from the store of tensors' memory, and lets one
/// of these allocations fail with std::bad_alloc: the one with that number, from 1 on; none where it is 0. What the
/// store has kept for reuse counts as taken too. Memory that is not C++'s (malloc of HDF5, libzip and OpenBLAS) never
/// fails.
class Allocations {
 public:
  explicit Allocations(std::int64_t failing = 0);
  ~Allocations();
  Allocations(const Allocations&) = delete;
  Allocations& operator=(const Allocations&) = delete;

  std::int64_t count() const;
  /// Whether the allocation that is to fail has been asked for.
  bool has_failed() const;

 private:
  std::int64_t failing_;
};

/// How many allocations have not been given back, of those two kinds.
std::int64_t live_allocations();

}  // namespace cornu::testing
