#include <cornu/framework/ops/attention_pieces.hpp>

#include <algorithm>

namespace cornu::ops {

namespace {

std::int64_t parts_of(std::int64_t size, std::int64_t part) { return (size + part - 1) / part; }

double nanoseconds_a_tile(const kernels::AttentionExtents& e, const AttentionCosts& costs) {
  const auto pairs = static_cast<double>(std::min(e.queries, kernels::attention_queries) * e.keys);
  return pairs * (costs.a_pair + costs.a_pair_and_dim * static_cast<double>(e.key_dim + e.value_dim));
}

}  // namespace

AttentionPieces::AttentionPieces(std::int64_t batch, std::int64_t key_heads, const kernels::AttentionExtents& extents,
                                 const AttentionCosts& costs)
    : batch_(batch), key_heads_(key_heads), tiles_(extents.heads * kernels::attention_tiles(extents)) {
  const double nanoseconds = nanoseconds_a_tile(extents, costs);
  const std::int64_t worth = std::max(costs.fewest_tiles, detail::grain_of(nanoseconds));
  cuts_ = parts_of(tiles_, std::max(worth, parts_of(batch * key_heads * tiles_, costs.enough_pieces)));
  tiles_a_piece_ = parts_of(tiles_, cuts_);
  cuts_ = parts_of(tiles_, tiles_a_piece_);
  grain_ = detail::grain_of(nanoseconds * static_cast<double>(tiles_a_piece_));
}

AttentionPiece AttentionPieces::piece(std::int64_t number) const {
  const std::int64_t part = number / cuts_, cut = number % cuts_, first = cut * tiles_a_piece_;
  return {part / key_heads_, part % key_heads_, cut, first, std::min(tiles_, first + tiles_a_piece_)};
}

}  // namespace cornu::ops
