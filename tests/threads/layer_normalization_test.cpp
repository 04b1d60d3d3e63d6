// Layer normalization and dense layers with relu on several threads: rows, and sums over the rows.
#include <cornu/framework/ops/layer_normalization.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/ops/linear_relu.hpp>
#include <cornu/framework/ops/sums_over_rows.hpp>

#include "tests/support/same_on_threads.hpp"

using namespace cornu;
using testing::same_on_threads;
using testing::WithThreads;

namespace {

template <class F, class Plain>
void check(const F& f, const Plain& plain, const std::vector<Tensor>& x, double tolerance) {
  const std::vector<Tensor> got = same_on_threads(f, x), expected = testing::value_and_gradients(plain, x);
  for (std::size_t i = 0; i < got.size(); ++i) {
    CAPTURE(i);
    CHECK(ops::all_close(got[i], expected[i], tolerance, tolerance));
  }
}

std::vector<Tensor> random_tensors(std::initializer_list<Shape> shapes, DType dtype) {
  random::set_seed(7);
  std::vector<Tensor> all;
  for (const Shape& shape : shapes) all.push_back(random::normal(shape, 0, 1, dtype));
  return all;
}

Tensor normalized(const std::vector<Tensor>& x) { return ops::layer_normalization(x[0], x[1], x[2], 1e-3); }
Tensor plainly_normalized(const std::vector<Tensor>& x) {
  return ops::layer_normalization_of_ops(x[0], x[1], x[2], 1e-3);
}

Tensor dense(const std::vector<Tensor>& x) { return ops::linear_relu(x[0], x[1], x[2]); }
Tensor plainly_dense(const std::vector<Tensor>& x) { return ops::relu(ops::linear(x[0], x[1], x[2])); }

// Sums of the numbers 0 … rows · columns − 1, and each block begins where blocks do.
Tensor sums_of_numbers(std::int64_t rows, std::int64_t columns) {
  return ops::sums_over_rows(rows, columns, 1000, [&](std::int64_t first, std::int64_t last, double* sums) {
    CHECK(first % ops::rows_a_block == 0);
    CHECK(last <= rows);
    for (std::int64_t j = 0; j < columns; ++j) sums[j] = 0;
    for (std::int64_t i = first; i < last; ++i)
      for (std::int64_t j = 0; j < columns; ++j) sums[j] += static_cast<double>(i * columns + j);
  });
}

}  // namespace

TEST_CASE("threads, layer_normalization: the same bits, whole blocks of rows and not") {
  for (const std::int64_t rows : {512, 997})
    for (const DType dtype : {float32, float64})
      check(normalized, plainly_normalized, random_tensors({{rows, 133}, {133}, {133}}, dtype),
            dtype == float32 ? 1e-4 : 1e-11);
  check(normalized, plainly_normalized, random_tensors({{130, 1100}, {1100}, {1100}}, float64), 1e-11);
}

TEST_CASE("threads, linear_relu: the same bits, whole blocks of rows and not") {
  for (const std::int64_t rows : {512, 997})
    for (const DType dtype : {float32, float64})
      check(dense, plainly_dense, random_tensors({{rows, 5}, {5, 300}, {300}}, dtype), dtype == float32 ? 1e-4 : 1e-11);
}

TEST_CASE("threads, sums over rows: every row once, and no row") {
  for (const std::int64_t threads : testing::thread_counts) {
    const WithThreads with(threads);
    for (const std::int64_t rows : {0, 1, 64, 65, 1000}) {
      const Tensor numbers = ops::reshape(Tensor::arange(0, static_cast<double>(rows * 3), 1, float64), {rows, 3});
      CHECK(ops::array_equal(sums_of_numbers(rows, 3), ops::sum(numbers, {.axis = 0})));
    }
  }
}
