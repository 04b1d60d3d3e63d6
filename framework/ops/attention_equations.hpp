#pragma once
// Internal: products of attention, as equations of einsum().
#include <cstdint>
#include <span>
#include <string>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::ops {

/// An axis a letter. Along axis 1 of inputs of rank 3: queries "abcd", batch, steps, heads and vectors, keys and values
/// "aocd", scores "acbo".
struct AttentionEquations {
  std::string queries, keys, scores;
  std::string to_scores, to_output;  ///< queries · keys, and scores · values
};

/// For inputs of that rank, 3 or more, which are then projected to heads; the axes count from the front, each once.
AttentionEquations attention_equations(std::size_t rank, std::span<const std::int64_t> axes);

}  // namespace cornu::ops
CORNU_EXPORT_END
