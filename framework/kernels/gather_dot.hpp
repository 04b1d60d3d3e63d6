#pragma once
// Internal: products of vectors with rows of a table that their ids pick, and the sums that are their gradients.
#include <cstdint>

#include <cornu/framework/kernels/columns.hpp>

namespace cornu::kernels {

/// `batch` vectors of `width` elements, each with `count` ids of rows (…, width). Ids are in range.
struct Picks {
  const std::int32_t* ids;
  std::int64_t batch, count, width;
};

/// T is float or double.
template <class T>
struct GatherDotKernels {
  /// y[b, i] = Σ_k table[ids[b, i], k] · x[b, k]
  void (*products)(const T* table, const Picks& picks, const T* x, T* y);
  /// y[b, :] = Σ_i factors[b, i] · table[ids[b, i], :]; 0 where there are no ids
  void (*sums_of_picked)(const T* table, const Picks& picks, const T* factors, T* y);
  /// y[p, :] = Σ factors[b, i] · x[b, :] over all b, i with ids[b, i] == p, in their order. Ids are places here,
  /// numbered in the order in which they appear first. Only these columns are read and written.
  void (*sums_by_place)(const T* x, const Picks& picks, const Columns& columns, const T* factors, T* y);
};

}  // namespace cornu::kernels
