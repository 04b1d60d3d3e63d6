#pragma once
// Internal: several rows of a table made one.
#include <cstdint>

namespace cornu::kernels {

/// Which rows of a table (…, width) make which row of the result: those of ids[offsets[b]] … ids[offsets[b + 1] - 1]
/// make row b of `count`.
struct Bags {
  const std::int32_t* ids;
  const std::int64_t* offsets;  ///< count + 1
  std::int64_t count, width;
  std::int64_t rows;  ///< of the table
};

/// out[b, :] = Σ weights[i] · table[ids[i], :], in the order of i; all weights are 1 when `weights` is null. With
/// `mean`, divided by the number of ids; 0 where there is none.
template <class T>
void sum_bags(const T* table, const Bags& bags, const T* weights, bool mean, T* out);

/// out[b, j] = the largest table[ids[i], j], and largest[b, j] the first such i; 0 and -1 where there is none.
template <class T>
void max_bags(const T* table, const Bags& bags, T* out, std::int64_t* largest);

}  // namespace cornu::kernels
