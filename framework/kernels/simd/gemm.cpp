// A tile of the result stays in registers while its terms are added up: some rows of `a`, of which an element at a time
// goes to a whole vector, and a panel of the packed matrix.
#include <cornu/framework/kernels/gemm_kernels.hpp>

#include <cornu/framework/kernels/simd/filled.hpp>
#include <cornu/framework/kernels/simd/vectors.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

constexpr int panel_vectors = registers == 32 ? 4 : 2;

// Rows of a tile that is so many vectors wide: the sums, and a row of the panel, fit the registers (32 with AVX-512,
// otherwise 16).
constexpr int tile_rows(int vectors) {
  if (panel_vectors == 4) return vectors == 4 ? 6 : vectors == 3 ? 8 : 12;
  return vectors == 2 ? 6 : 12;
}

// What a tile is made from and where it goes.
template <class T>
struct Tile {
  const T* a;
  std::int64_t row, column;
  const T* panel;
  std::int64_t step;  // to the panel's next row
  std::int64_t k;
  bool keep;
  Epilogue<T> epilogue;
  T* out;
  std::int64_t stride;

  void move_down(std::int64_t rows) {
    a += rows * row;
    out += rows * stride;
  }
};

// The sums of a tile.
template <int rows, int vectors, class T>
using Sums = Vector<T>[rows][vectors];

// Unrolled like this, the sums stay in registers.
template <int rows, int vectors, class F>
inline void for_each_sum(const F& f) {
#pragma GCC unroll 16
  for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
    for (int j = 0; j < vectors; ++j) f(i, j);
}

template <int rows, int vectors, class T>
inline void put(const Tile<T>& tile, Sums<rows, vectors, T>& sums) {
  constexpr int lanes = vector_lanes<T>;
  const T* const bias = tile.epilogue.bias;
  if (bias) for_each_sum<rows, vectors>([&](int i, int j) { sums[i][j] += load(bias + j * lanes); });
  if (tile.keep)
    for_each_sum<rows, vectors>([&](int i, int j) { sums[i][j] += load(tile.out + i * tile.stride + j * lanes); });
  if (tile.epilogue.relu)
    for_each_sum<rows, vectors>(
        [&](int i, int j) { sums[i][j] = sums[i][j] < Vector<T>{} ? Vector<T>{} : sums[i][j]; });
  for_each_sum<rows, vectors>([&](int i, int j) { store<T>(sums[i][j], tile.out + i * tile.stride + j * lanes); });
}

// So many columns of a row, from column j on.
template <int width, class T>
inline void put_columns(const Tile<T>& tile, const T* sums, std::int64_t j, T* to) {
  typename VectorOf<T, width*static_cast<int>(sizeof(T))>::type zero = {}, sum, other;
  read_vector(sums + j, sum);
  if (tile.epilogue.bias) {
    read_vector(tile.epilogue.bias + j, other);
    sum += other;
  }
  if (tile.keep) {
    read_vector(to + j, other);
    sum += other;
  }
  if (tile.epilogue.relu) sum = sum < zero ? zero : sum;
  write_vector(sum, to + j);
}

// What is left of a row, by the bits of its length.
template <int width, class T>
inline void put_rest(const Tile<T>& tile, const T* sums, std::int64_t j, std::int64_t count, T* to) {
  if (count & width) {
    put_columns<width>(tile, sums, j, to);
    j += width;
  }
  if constexpr (width > 1) put_rest<width / 2>(tile, sums, j, count, to);
}

// The first columns alone.
template <int rows, int vectors, class T>
void put_some(const Tile<T>& tile, std::int64_t columns, Sums<rows, vectors, T>& sums) {
  constexpr int lanes = vector_lanes<T>;
  T all[rows][vectors * lanes];
  for_each_sum<rows, vectors>([&](int i, int j) { store<T>(sums[i][j], all[i] + j * lanes); });
  T* to = tile.out;
  for (int i = 0; i < rows; ++i, to += tile.stride) {
    std::int64_t j = 0;
    for (; j + lanes <= columns; j += lanes) put_columns<lanes>(tile, all[i], j, to);
    put_rest<lanes / 2>(tile, all[i], j, columns - j, to);
  }
}

// A tile, of whose columns the first are part of the result.
template <int rows, int vectors, class T>
void add_up(const Tile<T>& tile, std::int64_t columns) {
  constexpr int lanes = vector_lanes<T>, width = vectors * lanes;
  Sums<rows, vectors, T> sums;
  for_each_sum<rows, vectors>([&](int i, int j) {
    sums[i][j] = Vector<T>{};
    __builtin_prefetch(tile.out + i * tile.stride + j * lanes, 1);
  });
  const T *a = tile.a, *panel = tile.panel;
  const std::int64_t row = tile.row, column = tile.column, step = tile.step;
  for (std::int64_t l = tile.k; l > 0; --l, a += column, panel += step) {
    Vector<T> right[vectors];
#pragma GCC unroll 4
    for (int j = 0; j < vectors; ++j) right[j] = load(panel + j * lanes);
    for_each_sum<rows, vectors>([&](int i, int j) { sums[i][j] += a[i * row] * right[j]; });
  }
  columns == width ? put<rows, vectors, T>(tile, sums) : put_some<rows, vectors, T>(tile, columns, sums);
}

// By the number of rows less 1.
template <int vectors, class T, class Rows>
struct Tiles;
template <int vectors, class T, int... row>
struct Tiles<vectors, T, std::integer_sequence<int, row...>> {
  static constexpr void (*of[])(const Tile<T>& tile, std::int64_t columns) = {add_up<row + 1, vectors, T>...};
};

// In tiles, of which none has more than one row more than another.
template <int vectors, class T>
void fill_panel(Tile<T> tile, std::int64_t n, std::int64_t columns) {
  constexpr int most = tile_rows(vectors);
  for (std::int64_t count = (n + most - 1) / most; count > 0; --count) {
    const std::int64_t rows = (n + count - 1) / count;
    Tiles<vectors, T, std::make_integer_sequence<int, most>>::of[rows - 1](tile, columns);
    tile.move_down(rows);
    n -= rows;
  }
}

template <class T>
void fill_panel(const Tile<T>& tile, std::int64_t n, std::int64_t columns) {
  const std::int64_t vectors = (columns + vector_lanes<T> - 1) / vector_lanes<T>;
  if (vectors == 1) return fill_panel<1>(tile, n, columns);
  if (vectors == 2) return fill_panel<2>(tile, n, columns);
  if constexpr (panel_vectors == 4) vectors == 3 ? fill_panel<3>(tile, n, columns) : fill_panel<4>(tile, n, columns);
}

template <class T>
constexpr std::int64_t panel_columns = panel_vectors* vector_lanes<T>;

std::int64_t smaller(std::int64_t a, std::int64_t b) { return a < b ? a : b; }

template <class T>
std::int64_t whole_vectors(std::int64_t columns) {
  return (columns + vector_lanes<T> - 1) / vector_lanes<T> * vector_lanes<T>;
}

template <class T>
void multiply(const T* a, std::int64_t row, std::int64_t column, const Right<T>& b, std::int64_t n, std::int64_t m,
              std::int64_t k, bool keep, const Epilogue<T>& epilogue, T* out, std::int64_t stride) {
  const T* panel = b.data;
  for (std::int64_t j = 0; j < m; j += panel_columns<T>) {
    const std::int64_t columns = smaller(m - j, panel_columns<T>), width = whole_vectors<T>(columns);
    const Epilogue<T> of_panel{epilogue.bias ? epilogue.bias + j : nullptr, epilogue.relu};
    const std::int64_t step = b.stride ? b.stride : width;
    fill_panel(Tile<T>{a, row, column, panel, step, k, keep, of_panel, out + j, stride}, n, columns);
    panel += b.stride ? width : width * k;
  }
}

template <class T>
void pack_row(const T* from, std::int64_t columns, std::int64_t width, T* to) {
  std::int64_t j = 0;
  for (; j + vector_lanes<T> <= columns; j += vector_lanes<T>) store<T>(load(from + j), to + j);
  for (; j < columns; ++j) to[j] = from[j];
  for (; j < width; ++j) to[j] = T();
}

// Row by row, as a CPU foresees that.
template <class T>
void pack(const T* matrix, std::int64_t stride, std::int64_t k, std::int64_t m, T* packed) {
  for (std::int64_t l = 0; l < k; ++l, matrix += stride) {
    T* panel = packed;
    for (std::int64_t j = 0; j < m; j += panel_columns<T>) {
      const std::int64_t columns = smaller(m - j, panel_columns<T>), width = whole_vectors<T>(columns);
      pack_row(matrix + j, columns, width, panel + l * width);
      panel += width * k;
    }
  }
}

// to[i, j] = from[j, i] for 4 × 4 elements
template <class T>
void transpose_four(const T* from, std::int64_t from_stride, T* to, std::int64_t to_stride) {
  typename VectorOf<T, 4 * static_cast<int>(sizeof(T))>::type row[4];
  for (int i = 0; i < 4; ++i) __builtin_memcpy(&row[i], from + i * from_stride, sizeof(row[i]));
  const auto a = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5),
             b = __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7),
             c = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5),
             d = __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
  row[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
  row[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  row[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
  row[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
  for (int i = 0; i < 4; ++i) __builtin_memcpy(to + i * to_stride, &row[i], sizeof(row[i]));
}

// Columns of a panel from as many rows of k.
template <class T>
void pack_columns(const T* rows, std::int64_t stride, std::int64_t k, std::int64_t columns, std::int64_t width,
                  T* packed) {
  std::int64_t j = 0;
  for (; j + 4 <= columns; j += 4) {
    std::int64_t l = 0;
    for (; l + 4 <= k; l += 4) transpose_four(rows + j * stride + l, stride, packed + l * width + j, width);
    for (; l < k; ++l)
      for (int i = 0; i < 4; ++i) packed[l * width + j + i] = rows[(j + i) * stride + l];
  }
  for (; j < width; ++j)
    for (std::int64_t l = 0; l < k; ++l) packed[l * width + j] = j < columns ? rows[j * stride + l] : T();
}

template <class T>
void pack_transpose(const T* matrix, std::int64_t stride, std::int64_t k, std::int64_t m, T* packed) {
  for (std::int64_t j = 0; j < m; j += panel_columns<T>) {
    const std::int64_t columns = smaller(m - j, panel_columns<T>), width = whole_vectors<T>(columns);
    pack_columns(matrix + j * stride, stride, k, columns, width, packed);
    packed += width * k;
  }
}

}  // namespace

template <class T>
struct Filled<GemmKernels<T>> {
  static constexpr GemmKernels<T> kernels{
      .panel = panel_columns<T>,
      .vector = vector_lanes<T>,
      .pack = pack<T>,
      .pack_transpose = pack_transpose<T>,
      .multiply = multiply<T>,
  };
};

template const GemmKernels<float>& kernels();
template const GemmKernels<double>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
