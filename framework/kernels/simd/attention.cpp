#include <cornu/framework/kernels/attention.hpp>

#include <cornu/framework/kernels/simd/attention_tiles.hpp>
#include <cornu/framework/kernels/simd/filled.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

// Memory for a tile of queries and for all keys.
template <class T>
struct Work {
  Work(const AttentionExtents& e, T* free)
      : key_width(whole_blocks(e.key_dim)), value_width(whole_blocks(e.value_dim)) {
    Scratch<T> scratch(free);
    const std::int64_t tiles = (e.keys + attention_keys - 1) / attention_keys;
    keys = scratch.take(tiles * attention_row * key_width);
    values = scratch.take(tiles * attention_keys * value_width);
    query = scratch.take(attention_queries * key_width);
    out = scratch.take(attention_queries * value_width);
    scores = scratch.take(attention_queries * attention_row);
    largest = scratch.take(attention_queries);
    sum = scratch.take(attention_queries);
  }

  std::int64_t key_width, value_width;
  T *keys, *values;  // by columns, and by rows
  T* query;          // by columns
  T *out, *scores, *largest, *sum;
};

// What was summed with another largest score is made smaller.
template <class T>
void raise_largest(const Work<T>& work, std::int64_t i, T now) {
  const T factor = ExpBelow::of(work.largest[i] - now);
  work.largest[i] = now;
  work.sum[i] *= factor;
  scale_row(work.out + i * work.value_width, work.value_width, factor);
}

// Scores to e^(score − largest), dropped; `now` is the largest of the tile and of those before.
template <class T>
void weigh(const AttentionOf<T>& of, const Work<T>& work, std::int64_t i, const Row<T>& row, T now) {
  if (sees_none(row, now)) return clear(row.scores, row.count);
  if (work.sum[i] == T(0))
    work.largest[i] = now;
  else if (now != work.largest[i])
    raise_largest(work, i, now);
  work.sum[i] += exponentials(row, now);
  if (row.kept) drop(row.scores, row.kept, of.kept_scale, row.count);
}

// All maxima first: a row need not wait for its own.
template <class T>
void weigh_rows(const AttentionOf<T>& of, const Work<T>& work, const Span& queries, const Span& keys,
                const Columns& columns) {
  T largest[attention_queries];
  for (std::int64_t i = 0; i < queries.count; ++i) {
    const Row<T> row = row_of(of, work.scores, queries, i, keys, columns);
    hide_forbidden(row);
    largest[i] = Maximum::of(largest_of(row), work.largest[i]);
  }
  for (std::int64_t i = 0; i < queries.count; ++i)
    weigh(of, work, i, row_of(of, work.scores, queries, i, keys, columns), largest[i]);
}

template <class T>
void add_tile(const AttentionOf<T>& of, const Work<T>& work, const Span& queries, const Span& keys) {
  const Columns columns = used_columns(of.allowed, queries, keys);
  if (columns.count() == 0) return;
  const std::int64_t rows = whole_blocks(queries.count), width = work.value_width, key_dim = of.extents.key_dim;
  set_scores(work.query, columns_of(work.keys, keys, key_dim), rows, key_dim, columns, work.scores);
  weigh_rows(of, work, queries, keys, columns);
  product<Result::added, attention_row, T>({work.scores + columns.begin, 1},
                                           {work.values + (keys.first + columns.begin) * width, width}, rows, width,
                                           columns.count(), {work.out, width});
}

template <class T>
void start(const AttentionOf<T>& of, const Work<T>& work, const Span& queries) {
  pack_columns(of.query, queries, of.extents.key_dim, of.scale, work.query, attention_queries);
  clear(work.out, whole_blocks(queries.count) * work.value_width);
  clear(work.sum, queries.count);
  for (std::int64_t i = 0; i < queries.count; ++i) work.largest[i] = -static_cast<T>(infinity);
}

template <class T>
void finish(const AttentionOf<T>& of, const Work<T>& work, const Span& queries, const HeadVectors<T>& out) {
  const std::int64_t at = queries.head * of.extents.queries + queries.first;
  for (std::int64_t i = 0; i < queries.count; ++i) {
    const T inverse = work.sum[i] == T(0) ? T(0) : T(1) / work.sum[i];
    of.largest[at + i] = work.largest[i];
    of.inverse_sum[at + i] = inverse;
    unpack_row(work.out + i * work.value_width, of.extents.value_dim, inverse, out.at(queries.head, queries.first + i));
  }
}

template <class T>
void attention(const AttentionOf<T>& of, const HeadVectors<T>& out) {
  const AttentionExtents& e = of.extents;
  const Work<T> work(e, of.scratch);
  pack_all_columns(of.key, e.keys, e.key_dim, work.keys);
  pack_all_rows(of.value, e.keys, e.value_dim, work.values);
  each_tile_of_queries(of, [&](const Span& queries) {
    start(of, work, queries);
    each_tile(0, e.keys, attention_keys, [&](const Span& keys) { add_tile(of, work, queries, keys); });
    finish(of, work, queries, out);
  });
}

}  // namespace

template <class T>
struct Filled<AttentionKernels<T>> {
  static constexpr AttentionKernels<T> kernels{.attention = attention<T>};
};

template const AttentionKernels<float>& kernels();
template const AttentionKernels<double>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
