#include <cornu/framework/ops/attention_pieces.hpp>

#include <algorithm>

namespace cornu::ops {

namespace {
std::int64_t quotient(std::int64_t size, std::int64_t part) { return (size + part - 1) / part; }
}  // namespace

AttentionPieces::AttentionPieces(const AttentionParts& parts, std::int64_t fewest_tiles) : parts_(parts) {
  const std::int64_t tiles = parts.tiles;
  const std::int64_t worth = std::max(fewest_tiles, detail::grain_of(parts.nanoseconds));
  const std::int64_t wanted = std::max(worth, quotient(parts.batch * parts.key_heads * tiles, enough));
  tiles_a_piece_ = quotient(tiles, quotient(tiles, wanted));
  cuts_ = quotient(tiles, tiles_a_piece_);
  grain_ = detail::grain_of(parts.nanoseconds * static_cast<double>(tiles_a_piece_));
}

AttentionPiece AttentionPieces::piece(std::int64_t number) const {
  const std::int64_t part = number / cuts_, cut = number % cuts_, first = cut * tiles_a_piece_;
  return {part / parts_.key_heads, part % parts_.key_heads, cut, first, std::min(parts_.tiles, first + tiles_a_piece_)};
}

}  // namespace cornu::ops
