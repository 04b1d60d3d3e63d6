// Pooling and its gradients on several threads.
#include <doctest/doctest.h>

#include <vector>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/convolution.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/with_threads.hpp"

using namespace cornu;
using testing::WithThreads;

namespace {

Tensor normal(const Shape& shape, std::uint64_t seed) {
  return random::normal(shape, 0, 1, float32, random::Generator(seed));
}

using Pool = Tensor (*)(const Tensor&, const ops::PerAxis&, const ops::PoolOptions&);

// The result, its gradient, and the gradient of that.
Tensors results_of(Pool pool, const Tensor& x, std::int64_t size, const ops::PoolOptions& options) {
  const Tensor y = pool(x, size, options), weight = normal(y.shape(), 9);
  GradientTape outer;
  outer.watch(weight);
  GradientTape tape;
  tape.watch(x);
  const Tensor d_x = tape.gradient(ops::sum(pool(x, size, options) * weight), x).to_dense();
  return {y, d_x, outer.gradient(ops::sum(d_x * normal(d_x.shape(), 8)), weight).to_dense()};
}

void check_pool(Pool pool, const Shape& images, std::int64_t size, const ops::PoolOptions& options = {}) {
  CAPTURE(images);
  const Tensor x = normal(images, 1);
  Tensors expected;
  for (const std::int64_t threads : testing::thread_counts) {
    const WithThreads with(threads);
    CAPTURE(threads);
    const Tensors results = results_of(pool, x, size, options);
    if (expected.empty()) expected = results;
    for (std::size_t i = 0; i < results.size(); ++i) CHECK(ops::array_equal(results[i], expected[i]));
  }
}

}  // namespace

TEST_CASE("threads, pooling: windows apart, that overlap, and of one large image") {
  for (const Pool pool : {ops::max_pool, ops::average_pool}) {
    check_pool(pool, {37, 27, 28, 33}, 2);
    check_pool(pool, {7, 61, 60, 40}, 3, {.strides = 2, .padding = "same"});
    check_pool(pool, {1, 301, 203, 17}, 2);
    check_pool(pool, {3, 200, 20, 12}, 3, {.padding = "same"});
    check_pool(pool, {5, 12, 14, 16, 20}, 3, {.strides = 1});
    check_pool(pool, {9, 5001, 8}, 4, {.strides = 3});
  }
}

TEST_CASE("threads, pooling: one piece of many has the bits that it has alone") {
  const Tensor x = normal({37, 27, 28, 33}, 1);
  for (const Pool pool : {ops::max_pool, ops::average_pool}) {
    const Tensor all = pool(x, 3, {.strides = 2});
    for (const std::int64_t i : {0, 17, 36})
      CHECK(ops::array_equal(ops::slice(all, 0, {i, i + 1}), pool(ops::slice(x, 0, {i, i + 1}), 3, {.strides = 2})));
  }
}
