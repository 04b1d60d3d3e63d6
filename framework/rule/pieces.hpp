#pragma once
// Internal: how an update is cut into pieces, which several threads do at a time.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <cornu/framework/base/parallel.hpp>

namespace cornu::detail {

/// How many elements of neighbouring rows are a piece: 32,768, which take 10 to 60 µs, by rule and by where they lie.
inline std::size_t updates_a_piece() {
  return std::max<std::size_t>(static_cast<std::size_t>(elements_a_piece()) / 2, 1);
}

/// How many of `count` rows of a table are a piece. A short row that lies apart costs what a line of the cache does.
/// Few rows are one piece: a step that reads no more is short, and a thread that wakes for them costs more than it
/// gains.
inline std::size_t rows_a_piece(std::size_t count, std::size_t row_size) {
  constexpr std::size_t few = 6;
  const std::size_t rows = updates_a_piece() / std::max<std::size_t>(row_size, 1);
  const std::size_t grain = std::clamp<std::size_t>(rows, 1, 2048);
  return count <= few * grain ? std::max<std::size_t>(count, 1) : grain;
}

/// The same for sums over all elements: at most most_sums pieces, each of which has a sum of its own. The result
/// depends on this size.
inline constexpr std::size_t most_sums = 64;
constexpr std::size_t elements_a_sum(std::size_t count) {
  return std::max<std::size_t>(1 << 15, (count / most_sums / 16 + 1) * 16);
}

/// work(first, last) for pieces of 0 … count − 1; see parallel_for.
template <class Work>
void for_pieces(std::size_t count, std::size_t grain, const Work& work) {
  parallel_for(static_cast<std::int64_t>(count), static_cast<std::int64_t>(grain),
               [&](std::int64_t first, std::int64_t last) {
                 work(static_cast<std::size_t>(first), static_cast<std::size_t>(last));
               });
}

/// The same for work that only some rules allow on several threads; otherwise all at once on this one.
template <class Work>
void for_pieces_if(bool on_threads, std::size_t count, std::size_t grain, const Work& work) {
  if (on_threads) return for_pieces(count, grain, work);
  if (count > 0) work(std::size_t{0}, count);
}

}  // namespace cornu::detail
