// A program that uses oneTBB itself calls the library from its own tasks.
#include <doctest/doctest.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <atomic>
#include <vector>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/framework/tensor/tensor.hpp>

#include "tests/support/with_threads.hpp"

using namespace cornu;
using testing::WithThreads;

TEST_CASE("threads, host: tasks of the program compute with several threads, each what one would") {
  const Tensor x = random::normal({300'000});
  const auto f = [&x] { return ops::sum(ops::exp(x) * 2); };
  const WithThreads with(3);
  const Tensor expected = f();
  std::vector<Tensor> results(16);
  tbb::parallel_for(0, 16, [&](int i) { results[static_cast<std::size_t>(i)] = f(); });
  for (const Tensor& result : results) CHECK(ops::array_equal(result, expected));
}

TEST_CASE("threads, host: a call that waits for its pieces runs no task of the program") {
  const WithThreads with(4);
  std::atomic<int> met = 0;
  thread_local bool is_within = false;
  tbb::parallel_for(0, 64, [&](int) {
    if (is_within) ++met;
    is_within = true;
    detail::parallel_for(32, 1, [](std::int64_t first, std::int64_t) {
      double x = static_cast<double>(first);
      for (int k = 0; k < 1000; ++k) x = x * 0.5 + 1;
      CHECK(x > 0);
    });
    is_within = false;
  });
  CHECK(met == 0);
}

TEST_CASE("threads, host: the program's own arenas stay as they are") {
  tbb::task_arena arena(2);
  const WithThreads with(5);
  std::atomic<std::int64_t> sum = 0;
  arena.execute([&] {
    CHECK(tbb::this_task_arena::max_concurrency() == 2);
    detail::parallel_for(100, 1, [&](std::int64_t first, std::int64_t) { sum += first; });
    CHECK(tbb::this_task_arena::max_concurrency() == 2);
  });
  CHECK(sum == 99 * 100 / 2);
}
