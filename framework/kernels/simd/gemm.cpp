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
  std::int64_t k;
  bool keep;
  T* out;
  std::int64_t stride;

  void move_down(int rows) {
    a += rows * row;
    out += rows * stride;
  }
};

// The first lanes, or all.
template <class T>
inline void put(const Vector<T>& sums, std::int64_t count, bool keep, T* to) {
  if (count >= vector_lanes<T>) return store<T>(keep ? load(to) + sums : sums, to);
  store_first<T>(keep ? load_first(to, count) + sums : sums, count, to);
}

// A tile, of whose columns the first are part of the result.
template <int rows, int vectors, class T>
void add_up(Tile<T> tile, std::int64_t columns) {
  constexpr int width = vectors * vector_lanes<T>;
  Vector<T> sums[rows][vectors];
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < vectors; ++j) {
      sums[i][j] = Vector<T>{};
      __builtin_prefetch(tile.out + i * tile.stride + j * vector_lanes<T>, 1);
    }
  for (std::int64_t l = 0; l < tile.k; ++l, tile.a += tile.column, tile.panel += width) {
    Vector<T> right[vectors];
    for (int j = 0; j < vectors; ++j) right[j] = load(tile.panel + j * vector_lanes<T>);
    for (int i = 0; i < rows; ++i) {
      const T left = tile.a[i * tile.row];
      for (int j = 0; j < vectors; ++j) sums[i][j] += left * right[j];
    }
  }
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < vectors; ++j)
      put(sums[i][j], columns - j * vector_lanes<T>, tile.keep, tile.out + i * tile.stride + j * vector_lanes<T>);
}

template <int rows, int vectors, class T>
void add_up_rows(Tile<T>& tile, std::int64_t columns, std::int64_t& left) {
  for (; left >= rows; left -= rows, tile.move_down(rows)) add_up<rows, vectors>(tile, columns);
}

template <int vectors, class T>
void fill_panel(Tile<T> tile, std::int64_t n, std::int64_t columns) {
  add_up_rows<tile_rows(vectors), vectors>(tile, columns, n);
  if constexpr (tile_rows(vectors) > 6) add_up_rows<6, vectors>(tile, columns, n);
  if (n == 5) return add_up<5, vectors>(tile, columns);
  if (n == 4) return add_up<4, vectors>(tile, columns);
  if (n == 3) return add_up<3, vectors>(tile, columns);
  if (n == 2) return add_up<2, vectors>(tile, columns);
  if (n == 1) return add_up<1, vectors>(tile, columns);
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
void multiply(const T* a, std::int64_t row, std::int64_t column, const T* packed, std::int64_t n, std::int64_t m,
              std::int64_t k, bool keep, T* out, std::int64_t stride) {
  for (std::int64_t j = 0; j < m; j += panel_columns<T>) {
    const std::int64_t columns = smaller(m - j, panel_columns<T>);
    fill_panel(Tile<T>{a, row, column, packed, k, keep, out + j, stride}, n, columns);
    packed += whole_vectors<T>(columns) * k;
  }
}

template <class T>
void pack_row(const T* from, std::int64_t columns, std::int64_t width, T* to) {
  std::int64_t j = 0;
  for (; j + vector_lanes<T> <= columns; j += vector_lanes<T>) store<T>(load(from + j), to + j);
  for (; j < columns; ++j) to[j] = from[j];
  for (; j < width; ++j) to[j] = T();
}

template <class T>
void pack(const T* matrix, std::int64_t stride, std::int64_t k, std::int64_t m, T* packed) {
  for (std::int64_t j = 0; j < m; j += panel_columns<T>) {
    const std::int64_t columns = smaller(m - j, panel_columns<T>), width = whole_vectors<T>(columns);
    for (std::int64_t l = 0; l < k; ++l, packed += width) pack_row(matrix + l * stride + j, columns, width, packed);
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
