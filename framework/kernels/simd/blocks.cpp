#include <cornu/framework/kernels/blocks.hpp>

#include <cornu/framework/kernels/simd/filled.hpp>
#include <cornu/framework/kernels/simd/vectors.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

// Sums of so many rows and vectors stay in registers, beside a row of b and an element of a.
constexpr int most_vectors = 2;
constexpr int most_rows = registers == 32 ? 14 : 6;

// What becomes of a tile's sums: of all its columns, while they are in registers; of some, where they were put down.
template <int rows, int vectors, class T>
inline void finish_all(const Block<T>& block, std::int64_t row, std::int64_t column, Vector<T> (&sum)[rows][vectors]) {
  T* const out = block.out + row * block.out_row + column;
  Vector<T> other;
  const auto for_each_sum = [&](const auto& f) {
#pragma GCC unroll 16
    for (int i = 0; i < rows; ++i)
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) f(sum[i][v], i, v);
  };
  if (block.bias)
    for_each_sum([&](Vector<T>& s, int, int v) {
      read_vector(block.bias + column + v * vector_lanes<T>, other);
      s += other;
    });
  if (block.keep)
    for_each_sum([&](Vector<T>& s, int i, int v) {
      read_vector(out + i * block.out_row + v * vector_lanes<T>, other);
      s += other;
    });
  if (block.relu) for_each_sum([&](Vector<T>& s, int, int) { s = s < Vector<T>{} ? Vector<T>{} : s; });
  for_each_sum([&](Vector<T>& s, int i, int v) { write_vector(s, out + i * block.out_row + v * vector_lanes<T>); });
}

template <class T>
void finish_some(const Block<T>& block, std::int64_t row, std::int64_t column, std::int64_t rows, std::int64_t width,
                 const T* sums) {
  T* out = block.out + row * block.out_row + column;
  for (std::int64_t i = 0; i < rows; ++i, out += block.out_row, sums += width)
    for (std::int64_t j = 0; j < block.columns - column; ++j) {
      T sum = sums[j];
      if (block.bias) sum += block.bias[column + j];
      if (block.keep) sum += out[j];
      out[j] = block.relu && sum < T(0) ? T(0) : sum;
    }
}

template <int rows, int vectors, class T>
void multiply_tile(const Block<T>& block, std::int64_t row, std::int64_t column) {
  Vector<T> sum[rows][vectors];
#pragma GCC unroll 16
  for (int i = 0; i < rows; ++i)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) sum[i][v] = Vector<T>{};
  const std::int64_t a_row = block.a_row, a_step = block.a_step, b_step = block.b_step;
  for (std::int64_t t = 0; t < block.term_count; ++t) {
    const T *a = block.terms[t].a + row * a_row, *b = block.terms[t].b + column;
    for (std::int64_t k = block.terms[t].steps; k > 0; --k, a += a_step, b += b_step) {
      Vector<T> factor[vectors];
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) read_vector(b + v * vector_lanes<T>, factor[v]);
#pragma GCC unroll 16
      for (int i = 0; i < rows; ++i)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; ++v) sum[i][v] += a[i * a_row] * factor[v];
    }
  }
  if (block.columns - column >= vectors * vector_lanes<T>) return finish_all<rows, vectors>(block, row, column, sum);
  T sums[rows * vectors * vector_lanes<T>];
#pragma GCC unroll 16
  for (int i = 0; i < rows; ++i)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) write_vector(sum[i][v], sums + (i * vectors + v) * vector_lanes<T>);
  finish_some(block, row, column, rows, vectors * vector_lanes<T>, sums);
}

template <class T>
using Tile = void (*)(const Block<T>&, std::int64_t row, std::int64_t column);

// By the number of rows less 1.
template <int vectors, class T>
constexpr Tile<T> tiles[] = {
    multiply_tile<1, vectors, T>,  multiply_tile<2, vectors, T>,  multiply_tile<3, vectors, T>,
    multiply_tile<4, vectors, T>,  multiply_tile<5, vectors, T>,  multiply_tile<6, vectors, T>,
#if defined(__AVX512F__)
    multiply_tile<7, vectors, T>,  multiply_tile<8, vectors, T>,  multiply_tile<9, vectors, T>,
    multiply_tile<10, vectors, T>, multiply_tile<11, vectors, T>, multiply_tile<12, vectors, T>,
    multiply_tile<13, vectors, T>, multiply_tile<14, vectors, T>,
#endif
};

// In tiles, of which none has more than one row more than another.
template <int vectors, class T>
inline void multiply_column(const Block<T>& block, std::int64_t column) {
  const std::int64_t count = (block.rows + most_rows - 1) / most_rows;
  std::int64_t left = block.rows;
  for (std::int64_t i = count; i > 0; --i) {
    const std::int64_t rows = i == 1 ? left : (left + i - 1) / i;
    tiles<vectors, T>[rows - 1](block, block.rows - left, column);
    left -= rows;
  }
}

template <class T>
void multiply(const Block<T>& block) {
  for (std::int64_t column = 0; column < block.columns; column += most_vectors * vector_lanes<T>)
    block.columns - column <= vector_lanes<T> ? multiply_column<1>(block, column) : multiply_column<2>(block, column);
}

}  // namespace

template <class T>
struct Filled<BlockKernels<T>> {
  static constexpr BlockKernels<T> kernels{
      .vector = vector_lanes<T>, .panel = most_vectors * vector_lanes<T>, .multiply = multiply<T>};
};

template const BlockKernels<float>& kernels();
template const BlockKernels<double>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
