#pragma once
// Internal: attention by heads in one op, which never holds the scores of all queries and keys.
#include <optional>

#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::ops {

/// Masks are bool. Scores are (batch, heads, queries, keys).
struct AttentionOptions {
  double scale = 1;
  std::optional<Tensor> allowed = {};  ///< which keys a query attends to; broadcasts to the scores
  std::optional<Tensor> kept = {};     ///< of the scores' shape: weights that dropout leaves; none: all
  double rate = 0;                     ///< the part that it drops, less than 1: kept weights are divided by 1 − rate
};

/// dropped(softmax(scale · query · keyᵀ)) · value among the keys that are allowed, 0 where none is: query (batch,
/// queries, heads, key_dim), key (batch, keys, key_heads, key_dim) and value (batch, keys, key_heads, value_dim) →
/// (batch, queries, heads, value_dim). Each head of keys and values is shared by heads / key_heads heads of queries,
/// one after the other. Floating tensors of one dtype, none of them symbolic.
///
/// Scores are computed in tiles, and again by the gradient (Dao and others, "FlashAttention: fast and memory-efficient
/// exact attention with IO-awareness", 2022). Tiles of which no query sees a key are left out. Masks lie in memory as
/// they are given, a byte an element. Throws ShapeError for other shapes.
Tensor attention(const Tensor& query, const Tensor& key, const Tensor& value, const AttentionOptions& options = {});

/// The same made of ops.
Tensor attention_of_ops(const Tensor& query, const Tensor& key, const Tensor& value,
                        const AttentionOptions& options = {});

}  // namespace cornu::ops
