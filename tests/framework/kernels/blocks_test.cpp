#include <cornu/framework/kernels/blocks.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include <cornu/framework/kernels/table.hpp>

using namespace cornu::kernels;

namespace {

template <class T>
std::vector<T> numbers(std::int64_t size, int seed) {
  std::vector<T> all(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = static_cast<T>((i * 37 + static_cast<std::size_t>(seed) * 11) % 101) / T(101) - T(0.5);
  return all;
}

template <class T>
T expected(const Block<T>& block, std::int64_t i, std::int64_t j, T before) {
  T sum = block.keep ? before : T(0);
  for (std::int64_t t = 0; t < block.term_count; ++t)
    for (std::int64_t k = 0; k < block.terms[t].steps; ++k)
      sum += block.terms[t].a[i * block.a_row + k * block.a_step] * block.terms[t].b[k * block.b_step + j];
  if (block.bias) sum += block.bias[j];
  return block.relu && sum < T(0) ? T(0) : sum;
}

// A block of two terms, one of which has its steps side by side in a, the other its rows.
template <class T>
void check_block(Build build, std::int64_t rows, std::int64_t columns, bool keep, bool relu, bool with_bias) {
  const BlockKernels<T>& kernels = table_of<BlockKernels<T>>(build);
  const std::int64_t row = (columns + kernels.vector - 1) / kernels.vector * kernels.vector + kernels.vector;
  const std::vector<T> a = numbers<T>(rows * 8 + 64, 1), b = numbers<T>(8 * row, 2), bias = numbers<T>(columns, 3);
  const std::vector<T> before = numbers<T>(rows * (columns + 3), 4);
  const Term<T> terms[] = {{a.data(), b.data(), 5}, {a.data() + 7, b.data() + row, 2}};
  const bool by_columns = keep;
  std::vector<T> out = before;
  const Block<T> block{.terms = terms,
                       .term_count = 2,
                       .rows = rows,
                       .columns = columns,
                       .a_row = by_columns ? 1 : 5,
                       .a_step = by_columns ? 3 : 1,
                       .b_step = row,
                       .out_row = columns + 3,
                       .bias = with_bias ? bias.data() : nullptr,
                       .keep = keep,
                       .relu = relu,
                       .out = out.data()};
  kernels.multiply(block);
  bool close = true, untouched = true;
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns + 3; ++j) {
      const auto at = static_cast<std::size_t>(i * (columns + 3) + j);
      if (j >= columns)
        untouched &= out[at] == before[at];
      else
        close &= std::abs(out[at] - expected(block, i, j, before[at])) < (sizeof(T) == 4 ? T(1e-5) : T(1e-14));
    }
  CHECK(close);
  CHECK(untouched);
}

}  // namespace

TEST_CASE("blocks of products: every build, rows and columns of any number, and nothing beside them is written") {
  for (const Build build : supported_builds())
    for (std::int64_t rows = 1; rows < 31; ++rows)
      for (const std::int64_t columns : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 64, 65}) {
        CAPTURE(name_of(build));
        CAPTURE(rows);
        CAPTURE(columns);
        check_block<float>(build, rows, columns, rows % 2 == 0, columns % 2 == 0, rows % 3 == 0);
        check_block<double>(build, rows, columns, rows % 2 == 1, columns % 2 == 1, rows % 3 == 0);
      }
}

TEST_CASE("blocks of products: relu keeps NaN, as the activation does") {
  for (const Build build : supported_builds()) {
    const BlockKernels<float>& kernels = table_of<BlockKernels<float>>(build);
    const std::vector<float> b(static_cast<std::size_t>(kernels.vector), 1);
    const float a[] = {std::nanf(""), -1, 2};
    const Term<float> term{a, b.data(), 1};
    float out[3] = {};
    kernels.multiply(
        {.terms = &term, .term_count = 1, .rows = 3, .columns = 1, .a_row = 1, .out_row = 1, .relu = true, .out = out});
    CHECK(std::isnan(out[0]));
    CHECK(out[1] == 0);
    CHECK(out[2] == 2);
  }
}

TEST_CASE("blocks of products: without terms, zeros or what was there; without rows, nothing") {
  for (const Build build : supported_builds()) {
    const BlockKernels<double>& kernels = table_of<BlockKernels<double>>(build);
    double out[] = {1, 2, 3};
    kernels.multiply({.rows = 1, .columns = 3, .out_row = 3, .keep = true, .out = out});
    CHECK((out[0] == 1 && out[1] == 2 && out[2] == 3));
    kernels.multiply({.rows = 0, .columns = 3, .out_row = 3, .out = out});
    CHECK(out[0] == 1);
    kernels.multiply({.rows = 1, .columns = 2, .out_row = 3, .out = out});
    CHECK((out[0] == 0 && out[1] == 0 && out[2] == 3));
  }
}
