#include <cornu/framework/kernels/attention.hpp>

#include <cornu/framework/kernels/simd/attention_tiles.hpp>
#include <cornu/framework/kernels/simd/dots.hpp>
#include <cornu/framework/kernels/simd/filled.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

// Memory for a tile of queries and for all keys.
template <class T>
struct GradientWork {
  GradientWork(const AttentionExtents& e, T* free)
      : key_width(whole_blocks(e.key_dim)), value_width(whole_blocks(e.value_dim)) {
    Scratch<T> scratch(free);
    const std::int64_t tiles = (e.keys + attention_keys - 1) / attention_keys;
    key_columns = scratch.take(tiles * attention_row * key_width);
    value_columns = scratch.take(tiles * attention_row * value_width);
    key_rows = scratch.take(tiles * attention_keys * key_width);
    d_key = scratch.take(tiles * attention_keys * key_width);
    d_value = scratch.take(tiles * attention_keys * value_width);
    query = scratch.take(attention_queries * key_width);
    d_query = scratch.take(attention_queries * key_width);
    d_out = scratch.take(attention_queries * value_width);
    query_columns = scratch.take(attention_queries * key_width);
    d_out_columns = scratch.take(attention_queries * value_width);
    weights = scratch.take(attention_queries * attention_row);
    d_scores = scratch.take(attention_queries * attention_row);
    projection = scratch.take(attention_queries);
  }

  std::int64_t key_width, value_width;
  T *key_columns, *value_columns, *key_rows, *d_key, *d_value;
  T *query, *d_query, *d_out, *query_columns, *d_out_columns, *weights, *d_scores;
  T* projection;  // Σ d_out · out of each query, which is Σ d_weight · weight
};

// d_score = weight · (d_weight − projection), with weight = e^(score − largest) / sum
template <class T>
void weigh(const Row<T>& row, T largest, T inverse_sum, T projection, T* __restrict d_scores) {
  T* __restrict const weights = row.scores;
  for (std::int64_t j = 0; j < row.count; ++j) {
    const T weight = ExpBelow::of(weights[j] - largest) * inverse_sum;
    d_scores[j] = weight * (d_scores[j] - projection);
    weights[j] = weight;
  }
}

// Scores and d_weights of a query become weights, as they were after dropping, and d_scores; what pads the row, zeros.
template <class T>
void weigh_row(const AttentionOf<T>& of, const GradientWork<T>& work, const Span& queries, std::int64_t i,
               const Row<T>& row, std::int64_t padded) {
  T* const d_scores = row.scores + (work.d_scores - work.weights);
  const std::int64_t at = queries.head * of.extents.queries + queries.first + i;
  std::int64_t count = row.count;
  hide_forbidden(row);
  if (sees_none(row, of.largest[at])) {
    count = 0;
  } else {
    if (row.kept) drop(d_scores, row.kept, of.kept_scale, count);
    weigh(row, of.largest[at], of.inverse_sum[at], work.projection[i], d_scores);
    if (row.kept) drop(row.scores, row.kept, of.kept_scale, count);
  }
  clear(row.scores + count, padded - count);
  clear(d_scores + count, padded - count);
}

template <class T>
void make_weights(const AttentionOf<T>& of, const GradientWork<T>& work, const Span& queries, const Span& keys,
                  const Columns& columns) {
  const std::int64_t rows = whole_blocks(queries.count), key_dim = of.extents.key_dim, value_dim = of.extents.value_dim;
  set_scores(work.query_columns, columns_of(work.key_columns, keys, key_dim), rows, key_dim, columns, work.weights);
  set_scores(work.d_out_columns, columns_of(work.value_columns, keys, value_dim), rows, value_dim, columns,
             work.d_scores);
  for (std::int64_t i = 0; i < queries.count; ++i)
    weigh_row(of, work, queries, i, row_of(of, work.weights, queries, i, keys, columns), columns.padded());
}

// d_value += weightsᵀ · d_out, d_key += d_scoresᵀ · query, d_query += d_scores · key
template <class T>
void add_tile(const AttentionOf<T>& of, const GradientWork<T>& work, const Span& queries, const Span& keys) {
  const Columns columns = used_columns(of.allowed, queries, keys);
  if (columns.count() == 0) return;
  make_weights(of, work, queries, keys, columns);
  const std::int64_t at = columns.begin, first = keys.first + at, kw = work.key_width, vw = work.value_width;
  product<Result::added, 1, T>({work.weights + at, attention_row}, {work.d_out, vw}, columns.padded(), vw,
                               queries.count, {work.d_value + first * vw, vw});
  product<Result::added, 1, T>({work.d_scores + at, attention_row}, {work.query, kw}, columns.padded(), kw,
                               queries.count, {work.d_key + first * kw, kw});
  product<Result::added, attention_row, T>({work.d_scores + at, 1}, {work.key_rows + first * kw, kw},
                                           whole_blocks(queries.count), kw, columns.count(), {work.d_query, kw});
}

template <class T>
void start(const AttentionOf<T>& of, const HeadVectors<const T>& out, const HeadVectors<const T>& d_out,
           const GradientWork<T>& work, const Span& queries) {
  pack_rows(of.query, queries, of.extents.key_dim, of.scale, work.query);
  pack_rows(d_out, queries, of.extents.value_dim, T(1), work.d_out);
  pack_columns(of.query, queries, of.extents.key_dim, of.scale, work.query_columns, attention_queries);
  pack_columns(d_out, queries, of.extents.value_dim, T(1), work.d_out_columns, attention_queries);
  clear(work.d_query, whole_blocks(queries.count) * work.key_width);
  for (std::int64_t i = 0; i < queries.count; ++i)
    work.projection[i] =
        dot(out.at(queries.head, queries.first + i), work.d_out + i * work.value_width, of.extents.value_dim);
}

template <class T>
void pack_keys(const AttentionOf<T>& of, const GradientWork<T>& work) {
  const AttentionExtents& e = of.extents;
  pack_all_columns(of.key, e.keys, e.key_dim, work.key_columns);
  pack_all_columns(of.value, e.keys, e.value_dim, work.value_columns);
  pack_all_rows(of.key, e.keys, e.key_dim, work.key_rows);
  clear(work.d_key, whole_blocks(e.keys) * work.key_width);
  clear(work.d_value, whole_blocks(e.keys) * work.value_width);
}

template <class T>
void attention_gradient(const AttentionOf<T>& of, const AttentionGradients<T>& gradients) {
  const AttentionExtents& e = of.extents;
  const GradientWork<T> work(e, of.scratch);
  pack_keys(of, work);
  each_tile_of_queries(of, [&](const Span& queries) {
    start(of, gradients.out, gradients.d_out, work, queries);
    each_tile(0, e.keys, attention_keys, [&](const Span& keys) { add_tile(of, work, queries, keys); });
    unpack_rows(work.d_query, queries, e.key_dim, of.scale, gradients.d_query);
  });
  unpack_rows(work.d_key, {0, 0, e.keys}, e.key_dim, T(1), gradients.d_key);
  unpack_rows(work.d_value, {0, 0, e.keys}, e.value_dim, T(1), gradients.d_value);
}

}  // namespace

template <class T>
struct Filled<AttentionGradientKernels<T>> {
  static constexpr AttentionGradientKernels<T> kernels{.attention_gradient = attention_gradient<T>};
};

template const AttentionGradientKernels<float>& kernels();
template const AttentionGradientKernels<double>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
