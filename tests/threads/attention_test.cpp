// Attention on several threads.
#include <cornu/framework/ops/attention.hpp>

#include <doctest/doctest.h>

#include <algorithm>

#include <cornu/framework/kernels/attention.hpp>
#include <cornu/framework/ops/attention_pieces.hpp>

#include "tests/support/same_on_threads.hpp"

using namespace cornu;
using ops::AttentionPieces;
using testing::same_on_threads;
using testing::WithThreads;

namespace {

// Query, key and value
std::vector<Tensor> inputs_for(const Shape& query, std::int64_t keys, std::int64_t key_heads, std::int64_t value_dim,
                               DType dtype) {
  random::set_seed(7);
  return {random::normal(query, 0, 1, dtype), random::normal({query[0], keys, key_heads, query[3]}, 0, 1, dtype),
          random::normal({query[0], keys, key_heads, value_dim}, 0, 1, dtype)};
}

void check(const std::vector<Tensor>& x, const ops::AttentionOptions& options, double tolerance) {
  const auto fused = [&](const auto& in) { return ops::attention(in[0], in[1], in[2], options); };
  const auto plain = [&](const auto& in) { return ops::attention_of_ops(in[0], in[1], in[2], options); };
  const std::vector<Tensor> got = same_on_threads(fused, x), expected = testing::value_and_gradients(plain, x);
  for (std::size_t i = 0; i < got.size(); ++i) {
    CAPTURE(i);
    CHECK(ops::all_close(got[i], expected[i], tolerance, tolerance));
  }
}

Tensor causal(std::int64_t queries, std::int64_t keys) {
  return ops::less_equal(Tensor::arange(keys), ops::expand_dims(Tensor::arange(queries), -1));
}

// How many pieces compute each tile of each sample and head of keys, one behind the other; 1 is right.
std::vector<int> visits(const AttentionPieces& pieces, std::int64_t key_heads, std::int64_t parts, std::int64_t tiles) {
  std::vector<int> times(static_cast<std::size_t>(parts * tiles));
  pieces.each([&](const ops::AttentionPiece& piece) {
    CHECK((0 <= piece.cut && piece.cut < pieces.cuts()));
    const std::int64_t first = (piece.sample * key_heads + piece.key_head) * tiles;
    for (std::int64_t tile = piece.first_tile; tile < piece.end_tile; ++tile)
      ++times[static_cast<std::size_t>(first + tile)];
  });
  return times;
}

}  // namespace

TEST_CASE("threads, attention: samples and heads are pieces") {
  for (const DType dtype : {float32, float64}) {
    check(inputs_for({3, 70, 4, 17}, 130, 2, 23, dtype), {.scale = 0.2}, dtype == float32 ? 2e-5 : 1e-12);
    check(inputs_for({16, 64, 2, 16}, 64, 2, 16, dtype), {.scale = 0.2}, dtype == float32 ? 2e-5 : 1e-12);
  }
}

TEST_CASE("threads, attention: queries of one sample are cut, and backwards its keys") {
  const std::int64_t queries = 9 * kernels::attention_queries + 5, keys = 4 * kernels::attention_keys + 12;
  const std::vector<Tensor> x = inputs_for({1, queries, 2, 7}, keys, 1, 5, float64);
  const Tensor kept = ops::less(random::uniform({1, 2, queries, keys}), 0.8);
  check(x, {.scale = 0.4}, 1e-12);
  check(x, {.scale = 0.4, .allowed = causal(queries, keys), .kept = kept, .rate = 0.2}, 1e-12);
}

TEST_CASE("threads, attention: every tile is computed once, and parts are cut only where there are few") {
  const WithThreads one(1);
  for (const std::int64_t tiles : {1, 3, 4, 10, 70})
    for (const std::int64_t batch : {1, 2, 20}) {
      const AttentionPieces pieces({batch, 2, tiles, 1e5}, 3);
      const std::vector<int> times = visits(pieces, 2, 2 * batch, tiles);
      CHECK(times == std::vector<int>(times.size(), 1));
      CHECK(pieces.cuts() <= std::max<std::int64_t>(1, (tiles + 2) / 3));
      CHECK(2 * batch * pieces.cuts() <= AttentionPieces::enough + 2 * batch);
    }
  CHECK(AttentionPieces({1, 2, 10, 1e5}, 3).cuts() == 4);
  CHECK(AttentionPieces({AttentionPieces::enough / 2, 2, 10, 1e5}, 3).cuts() == 1);
  CHECK(AttentionPieces({1, 2, 10, 10}, 3).cuts() == 1);  // little to do
}
