#pragma once
// Internal: how the result of a matrix product is cut into pieces.
#include <cstdint>

#include <cornu/framework/kernels/gemm.hpp>

namespace cornu::kernels {

/// So many rows of `a`, of gemm_depth columns, stay in the second cache while the panels pass by.
constexpr std::int64_t block_rows = 192;
/// And so many columns of `b`, packed.
constexpr std::int64_t block_columns = 512;
/// And a part of the result, to which block after block of k is added.
constexpr std::int64_t block_elements = std::int64_t{1} << 18;

/// Pieces of so many rows and columns, `across` of them side by side, `count` together.
struct Cut {
  std::int64_t rows, columns, across, count;
};

/// For threads, where there are others, into such pieces as are worth a thread's wakening; otherwise for the caches. An
/// element is the same in whatever piece it lies. n, m and k are not 0.
Cut cut(const Product& product);

}  // namespace cornu::kernels
