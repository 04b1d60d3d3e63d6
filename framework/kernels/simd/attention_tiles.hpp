#pragma once
// Internal: what attention and its gradient share: vectors packed into scratch memory, and rows of scores under masks.
#include <cornu/framework/kernels/attention.hpp>
#include <cornu/framework/kernels/simd/block_product.hpp>
#include <cornu/framework/kernels/simd/math.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

constexpr std::int64_t smaller(std::int64_t a, std::int64_t b) { return a < b ? a : b; }

template <class T>
void clear(T* x, std::int64_t size) {
  for (std::int64_t j = 0; j < size; ++j) x[j] = T(0);
}

template <class T>
void scale_row(T* x, std::int64_t size, T factor) {
  for (std::int64_t j = 0; j < size; ++j) x[j] *= factor;
}

// Positions first … first + count - 1 of a head.
struct Span {
  std::int64_t head, first, count;
};

// x[j] · scale, and zeros up to a whole block
template <class T>
void pack_row(const T* x, std::int64_t dim, T scale, T* to) {
  for (std::int64_t j = 0; j < whole_blocks(dim); j += vector_lanes<T>)
    store<T>(load_first(x + j, dim - j) * scale, to + j);
}
template <class T>
void unpack_row(const T* from, std::int64_t dim, T scale, T* to) {
  for (std::int64_t j = 0; j < dim; j += vector_lanes<T>) store_first<T>(load(from + j) * scale, dim - j, to + j);
}

// Their vectors times `scale` as rows, padded with zeros to whole blocks both ways.
template <class T>
void pack_rows(const HeadVectors<const T>& x, const Span& span, std::int64_t dim, T scale, T* to) {
  const std::int64_t width = whole_blocks(dim);
  for (std::int64_t i = 0; i < span.count; ++i) pack_row(x.at(span.head, span.first + i), dim, scale, to + i * width);
  clear(to + span.count * width, (whole_blocks(span.count) - span.count) * width);
}
template <class T>
void unpack_rows(const T* from, const Span& span, std::int64_t dim, T scale, const HeadVectors<T>& x) {
  const std::int64_t width = whole_blocks(dim);
  for (std::int64_t i = 0; i < span.count; ++i)
    unpack_row(from + i * width, dim, scale, x.at(span.head, span.first + i));
}

// A column each, times `scale`; whole blocks of columns and rows, with zeros where there is nothing.
template <class T>
void pack_columns(const HeadVectors<const T>& x, const Span& span, std::int64_t dim, T scale, T* to,
                  std::int64_t stride) {
  constexpr std::int64_t lanes = vector_lanes<T>;
  for (std::int64_t j = 0; j < whole_blocks(span.count); j += lanes)
    for (std::int64_t l = 0; l < dim; l += lanes) {
      Vector<T> block[lanes] = {};
      for (std::int64_t i = 0; i < smaller(lanes, span.count - j); ++i)
        block[i] = load_first(x.at(span.head, span.first + j + i) + l, dim - l);
      transpose_block<T>(block);
      for (std::int64_t i = 0; i < lanes; ++i) store<T>(block[i] * scale, to + (l + i) * stride + j);
    }
}

// Pieces of the scratch memory, one behind the other.
template <class T>
class Scratch {
 public:
  explicit Scratch(T* free) : free_(free) {}
  T* take(std::int64_t size) {
    T* const taken = free_;
    free_ += size;
    return taken;
  }

 private:
  T* free_;
};

// Keys of a tile that some query of another tile may attend to: from a whole block on.
struct Columns {
  std::int64_t begin = 0, end = 0;
  bool are_open = true;  // each of the queries may attend to each of them

  std::int64_t count() const { return end - begin; }
  std::int64_t padded() const { return whole_blocks(end) - begin; }
};

// What the queries of a tile may do with each key of another, as bytes: these loops run by vectors.
struct Allowed {
  Allowed(const AttentionMask& mask, const Span& queries, const Span& keys) {
    for (std::int64_t j = 0; j < keys.count; ++j) all[j] = 1;
    const std::int64_t rows = mask.stride == 0 ? 1 : queries.count;
    for (std::int64_t i = 0; i < rows; ++i) {
      const auto* const row =
          reinterpret_cast<const unsigned char*>(mask.row(queries.head, queries.first + i) + keys.first);
      for (std::int64_t j = 0; j < keys.count; ++j) {
        some[j] |= row[j];
        all[j] &= row[j];
      }
    }
  }
  unsigned char some[attention_keys] = {}, all[attention_keys];
};

Columns used_columns(const AttentionMask& mask, const Span& queries, const Span& keys) {
  if (!mask.data) return {0, keys.count};
  const Allowed allowed(mask, queries, keys);
  Columns columns{0, keys.count};
  while (columns.end > 0 && !allowed.some[columns.end - 1]) --columns.end;
  while (columns.begin < columns.end && !allowed.some[columns.begin]) ++columns.begin;
  columns.begin -= columns.begin % attention_block;
  for (std::int64_t j = columns.begin; j < columns.end; ++j) columns.are_open &= allowed.all[j] == 1;
  return columns;
}

// A row of a tile of scores, and what the masks say of it.
template <class T>
struct Row {
  T* scores;
  std::int64_t count;
  const bool *allowed, *kept;
};

// x · scale where the mask has true, `otherwise` elsewhere.
template <class T>
void select(T* __restrict x, const bool* mask, T scale, T otherwise, std::int64_t count) {
  const auto* __restrict const byte = reinterpret_cast<const unsigned char*>(mask);  // bool itself does not vectorise
  for (std::int64_t j = 0; j < count; ++j) {
    const T scaled = x[j] * scale;
    x[j] = byte[j] != 0 ? scaled : otherwise;
  }
}

// Scores of keys that are not allowed become −∞.
template <class T>
void hide_forbidden(const Row<T>& row) {
  if (row.allowed) select(row.scores, row.allowed, T(1), -static_cast<T>(infinity), row.count);
}

struct Maximum {
  template <class V>
  static V of(V a, V b) {
    return a > b ? a : b;
  }
};
struct Sum {
  template <class V>
  static V of(V a, V b) {
    return a + b;
  }
};

// F of all scores of a row; what pads it is F's neutral element. A NaN may get lost in a maximum.
template <class F, class T>
T folded(const Row<T>& row) {
  constexpr std::int64_t lanes = vector_lanes<T>;
  Vector<T> all = load(row.scores);
  for (std::int64_t j = lanes; j < row.count; j += lanes) all = F::of(all, load(row.scores + j));
  T lane[lanes];
  store<T>(all, lane);
  return fold_lanes<F, lanes>(lane);
}

template <class T>
void pad(const Row<T>& row, T value) {
  for (std::int64_t j = row.count; j < whole_blocks(row.count); ++j) row.scores[j] = value;
}

template <class T>
T largest_of(const Row<T>& row) {
  pad(row, -static_cast<T>(infinity));
  return folded<Maximum>(row);
}

// Scores to e^(score − largest), and their sum.
template <class T>
T exponentials(const Row<T>& row, T largest) {
  for (std::int64_t j = 0; j < row.count; ++j) row.scores[j] = ExpBelow::of(row.scores[j] - largest);
  pad(row, T(0));
  return folded<Sum>(row);
}

// Keeps x · scale where it is kept.
template <class T>
void drop(T* x, const bool* kept, T scale, std::int64_t count) {
  select(x, kept, scale, T(0), count);
}

// Whether a row attends to none of the keys that it has seen.
template <class T>
bool sees_none(const Row<T>& row, T largest) {
  return row.allowed && largest == -static_cast<T>(infinity);
}

template <class T>
Row<T> row_of(const AttentionOf<T>& of, T* scores, const Span& queries, std::int64_t i, const Span& keys,
              const Columns& columns) {
  const std::int64_t at = keys.first + columns.begin, query = queries.first + i;
  const bool* const allowed = columns.are_open ? nullptr : of.allowed.row(queries.head, query);
  const bool* const kept = of.kept.row(queries.head, query);
  return {scores + i * attention_row + columns.begin, columns.count(), allowed ? allowed + at : nullptr,
          kept ? kept + at : nullptr};
}

// f(tile) for tiles of so many positions of a head.
template <class F>
void each_tile(std::int64_t head, std::int64_t positions, std::int64_t tile, F f) {
  for (std::int64_t first = 0; first < positions; first += tile) f(Span{head, first, smaller(tile, positions - first)});
}

// f(tile) for the tiles of queries that are to be computed.
template <class T, class F>
void each_tile_of_queries(const AttentionOf<T>& of, F f) {
  const std::int64_t queries = of.extents.queries, tiles = attention_tiles(of.extents);
  for (std::int64_t tile = of.first_tile; tile < of.end_tile; ++tile) {
    const std::int64_t first = tile % tiles * attention_queries;
    f(Span{tile / tiles, first, smaller(attention_queries, queries - first)});
  }
}

// All keys or values as rows of whole tiles, or by columns, a tile behind the other.
template <class T>
void pack_all_rows(const HeadVectors<const T>& x, std::int64_t keys, std::int64_t dim, T* to) {
  each_tile(0, keys, attention_keys,
            [&](const Span& tile) { pack_rows(x, tile, dim, T(1), to + tile.first * whole_blocks(dim)); });
}

template <class T>
T* columns_of(T* packed, const Span& tile, std::int64_t dim) {
  return packed + tile.first / attention_keys * attention_row * whole_blocks(dim);
}

template <class T>
void pack_all_columns(const HeadVectors<const T>& x, std::int64_t keys, std::int64_t dim, T* to) {
  each_tile(0, keys, attention_keys,
            [&](const Span& tile) { pack_columns(x, tile, dim, T(1), columns_of(to, tile, dim), attention_row); });
}

// scores = query · keyᵀ, or d_weights = d_out · valueᵀ, both by columns
template <class T>
void set_scores(const T* columns_of_queries, const T* columns_of_keys, std::int64_t rows, std::int64_t dim,
                const Columns& columns, T* scores) {
  product<Result::set, 1, T>({columns_of_queries, attention_queries}, {columns_of_keys + columns.begin, attention_row},
                             rows, columns.padded(), dim, {scores + columns.begin, attention_row});
}

}  // namespace
}  // namespace cornu::kernels::CORNU_ISA
