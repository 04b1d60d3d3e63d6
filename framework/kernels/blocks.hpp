#pragma once
// Internal: a block of sums of products, of which the operands lie where a convolution finds them.
#include <cstdint>

namespace cornu::kernels {

/// Products of one piece: Σ_k a[i · a_row + k · a_step] · b[k · b_step + j] over `steps` of k.
template <class T>
struct Term {
  const T *a, *b;
  std::int64_t steps;
};

/// out[i · out_row + j] = the sum of all terms, of float or double. Rows of b are read up to whole vectors: what lies
/// behind their `columns` may be anything, but must be there.
template <class T>
struct Block {
  const Term<T>* terms = nullptr;
  std::int64_t term_count = 0, rows = 0, columns = 0;
  std::int64_t a_row = 0, a_step = 1, b_step = 0, out_row = 0;
  const T* bias = nullptr;  ///< unless null: added to the sums, bias[j]
  bool keep = false;        ///< adds to what is there
  bool relu = false;        ///< less than 0 becomes 0
  T* out = nullptr;
};

template <class T>
struct BlockKernels {
  std::int64_t vector;  ///< columns of a vector
  std::int64_t panel;   ///< columns whose sums are in registers at a time
  void (*multiply)(const Block<T>& block);
};

}  // namespace cornu::kernels
