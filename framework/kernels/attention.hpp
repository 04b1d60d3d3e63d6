#pragma once
// Internal: attention of one sample's queries to its keys, by heads, forwards and backwards. Scores are made and used
// in tiles: the whole matrix of them is never there.
#include <cstdint>

namespace cornu::kernels {

/// Vectors at data[head · head_stride + position · stride], each in one piece.
template <class T>
struct HeadVectors {
  T* data = nullptr;
  std::int64_t stride = 0, head_stride = 0;

  T* at(std::int64_t head, std::int64_t position) const { return data + head * head_stride + position * stride; }
};

/// Query heads that share a head of keys and values.
struct AttentionExtents {
  std::int64_t heads = 1, queries = 0, keys = 0, key_dim = 0, value_dim = 0;
};

/// Whether a query has to do with a key: (heads, queries, keys), where a stride of 0 repeats. No data: always.
struct AttentionMask {
  const bool* data = nullptr;
  std::int64_t head_stride = 0, stride = 0;

  const bool* row(std::int64_t head, std::int64_t query) const {
    return data ? data + head * head_stride + query * stride : nullptr;
  }
};

/// Tiles have so many queries and keys; what lies in scratch is padded to whole blocks.
constexpr std::int64_t attention_queries = 64, attention_keys = 128, attention_block = 16;

/// Tiles of a head's queries.
constexpr std::int64_t attention_tiles(const AttentionExtents& e) {
  return (e.queries + attention_queries - 1) / attention_queries;
}

/// out = dropped(softmax(scale · query · keyᵀ)) · value over the keys that are allowed, 0 where none is.
template <class T>
struct AttentionOf {
  AttentionExtents extents;
  /// The tiles of queries to compute, first … end − 1; they are numbered through all heads, one after the other.
  std::int64_t first_tile = 0, end_tile = 0;
  HeadVectors<const T> query, key, value;
  T scale = 1;
  AttentionMask allowed = {};
  AttentionMask kept = {};  ///< weights that are not dropped; they are multiplied by kept_scale
  T kept_scale = 1;
  /// Of each head and query the largest score, and 1 over the sum of e^(score − largest): kept for the gradient.
  T *largest = nullptr, *inverse_sum = nullptr;
  T* scratch = nullptr;  ///< attention_scratch(extents) elements
};

template <class T>
struct AttentionGradients {
  HeadVectors<const T> out, d_out;
  HeadVectors<T> d_query, d_key, d_value;
};

constexpr std::int64_t whole_blocks(std::int64_t size) {
  return (size + attention_block - 1) / attention_block * attention_block;
}

/// Elements between rows of a tile of scores: a block more than there are, lest rows meet in one set of the cache.
constexpr std::int64_t attention_row = attention_keys + attention_block;

constexpr std::int64_t attention_scratch(const AttentionExtents& e) {
  const std::int64_t dims = whole_blocks(e.key_dim) + whole_blocks(e.value_dim);
  const std::int64_t tiles = (e.keys + attention_keys - 1) / attention_keys;
  const std::int64_t of_keys = tiles * (attention_row + 2 * attention_keys) * dims;
  return of_keys + attention_queries * (2 * attention_row + 3 * dims + 2);
}

/// T is float or double. No extent is 0.
template <class T>
struct AttentionKernels {
  void (*attention)(const AttentionOf<T>& of, const HeadVectors<T>& out);
};
template <class T>
struct AttentionGradientKernels {
  /// Scores are computed again, and weights from `largest` and `inverse_sum`, so that a part of the keys may be given:
  /// d_query is set to what these keys add to it, and d_key and d_value to what these tiles of queries add to them.
  void (*attention_gradient)(const AttentionOf<T>& of, const AttentionGradients<T>& gradients);
};

}  // namespace cornu::kernels
