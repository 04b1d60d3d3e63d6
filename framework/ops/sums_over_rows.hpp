#pragma once
// Internal: sums over the rows of a matrix, made on several threads.
#include <algorithm>
#include <cstdint>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::ops {

/// Rows that a kernel sums in the dtype of its elements, before doubles take over.
constexpr std::int64_t rows_a_block = 64;

/// Calls work(first, last, sums) for each block of rows first … last − 1, on several threads; it sets `sums`, as many
/// doubles as there are columns, to the block's sums. Returns those of all blocks, added one after the other,
/// (columns,) float64. A row takes so many nanoseconds.
template <class Work>
Tensor sums_over_rows(std::int64_t rows, std::int64_t columns, double nanoseconds, const Work& work) {
  const std::int64_t blocks = (rows + rows_a_block - 1) / rows_a_block;
  Tensor sums = Tensor::zeros({columns}, float64);
  double* const sum = sums.mutable_data<double>();
  if (blocks == 1) {
    work(std::int64_t{0}, rows, sum);
    return sums;
  }
  Tensor of_blocks = Tensor::uninitialized({blocks, columns}, float64);
  double* const of_block = of_blocks.mutable_data<double>();
  detail::parallel_for(blocks, detail::grain_of(rows_a_block * nanoseconds), [&](std::int64_t i, std::int64_t last) {
    for (; i < last; ++i) work(i * rows_a_block, std::min(rows, (i + 1) * rows_a_block), of_block + i * columns);
  });
  for (std::int64_t i = 0; i < blocks; ++i)
    for (std::int64_t j = 0; j < columns; ++j) sum[j] += of_block[i * columns + j];
  return sums;
}

}  // namespace cornu::ops
