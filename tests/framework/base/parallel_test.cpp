#include <cornu/framework/base/parallel.hpp>

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/threads.hpp>

#include "tests/support/throws.hpp"
#include "tests/support/with_threads.hpp"

using namespace cornu;
using detail::parallel_for;
using testing::message_of;
using testing::WithThreads;

namespace {

using Pieces = std::set<std::pair<std::int64_t, std::int64_t>>;

Pieces pieces_of(std::int64_t count, std::int64_t grain) {
  Pieces pieces;
  std::mutex mutex;
  parallel_for(count, grain, [&](std::int64_t first, std::int64_t last) {
    const std::scoped_lock lock(mutex);
    CHECK(pieces.insert({first, last}).second);
  });
  return pieces;
}

// A number that each element gets by work that takes a while.
double slow(std::int64_t i) {
  double x = static_cast<double>(i);
  for (int k = 0; k < 200; ++k) x = x * 0.5 + 1;
  return x;
}

}  // namespace

TEST_CASE("parallel: the pieces follow from the count and the grain, not from the number of threads") {
  for (const std::int64_t threads : testing::thread_counts) {
    const WithThreads with(threads);
    CHECK(pieces_of(10, 4) == Pieces{{0, 4}, {4, 8}, {8, 10}});
    CHECK(pieces_of(8, 4) == Pieces{{0, 4}, {4, 8}});
    CHECK(pieces_of(4, 4) == Pieces{{0, 4}});
    CHECK(pieces_of(3, 4) == Pieces{{0, 3}});
    CHECK(pieces_of(0, 4).empty());
    CHECK(pieces_of(1000, 1).size() == 1000);
  }
}

TEST_CASE("parallel: each element is visited once, whatever the number of threads") {
  for (const std::int64_t threads : testing::thread_counts) {
    const WithThreads with(threads);
    std::vector<double> results(10'000);
    parallel_for(std::ssize(results), 100, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t i = first; i < last; ++i) results[static_cast<std::size_t>(i)] += slow(i);
    });
    for (std::int64_t i = 0; i < std::ssize(results); ++i) REQUIRE(results[static_cast<std::size_t>(i)] == slow(i));
  }
}

TEST_CASE("parallel: another thread takes part where there are several pieces, and none where there is one") {
  const WithThreads with(2);
  std::mutex mutex;
  std::set<std::thread::id> seen;
  const auto others = [&] {
    const std::scoped_lock lock(mutex);
    seen.insert(std::this_thread::get_id());
    return seen.size() == 2;
  };
  parallel_for(2, 1, [&](std::int64_t, std::int64_t) {
    while (!others()) std::this_thread::yield();  // until the other piece runs too
  });
  CHECK(seen.size() == 2);
  CHECK(seen.contains(std::this_thread::get_id()));
  std::thread::id alone;
  parallel_for(64, 64, [&](std::int64_t, std::int64_t) { alone = std::this_thread::get_id(); });
  CHECK(alone == std::this_thread::get_id());
}

TEST_CASE("parallel: with one thread the pieces run in their order on the thread that asks") {
  const WithThreads with(1);
  std::vector<std::int64_t> order;
  parallel_for(5, 1, [&](std::int64_t first, std::int64_t) { order.push_back(first); });
  CHECK(order == std::vector<std::int64_t>{0, 1, 2, 3, 4});
}

TEST_CASE("parallel: pieces within a piece run on its thread, in their order") {
  const WithThreads with(4);
  const testing::WithPieceScale small(testing::small_pieces);  // threads that have nothing to do are waited for
  std::atomic<int> wrong = 0;
  for (const std::int64_t pieces : {2, 16})
    parallel_for(pieces, 1, [&](std::int64_t, std::int64_t) {
      const auto here = std::this_thread::get_id();
      std::atomic<std::int64_t> expected = 0;
      parallel_for(8, 1, [&](std::int64_t first, std::int64_t) {
        if (first != expected++ || std::this_thread::get_id() != here) ++wrong;
      });
      if (expected != 8) ++wrong;
    });
  CHECK(wrong == 0);
}

TEST_CASE("parallel: what a piece throws, the loop throws, and the next loop runs") {
  for (const std::int64_t threads : testing::thread_counts) {
    const WithThreads with(threads);
    const auto run = [] {
      parallel_for(32, 1, [](std::int64_t first, std::int64_t) {
        if (first == 17) throw std::out_of_range("17");
      });
    };
    CHECK_THROWS_WITH_AS(run(), "17", std::out_of_range);
    CHECK(pieces_of(3, 1).size() == 3);
  }
}

TEST_CASE("parallel: many threads ask at a time") {
  const WithThreads with(3);
  std::vector<std::thread> threads;
  std::atomic<std::int64_t> sum = 0;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&sum] {
      for (int k = 0; k < 20; ++k)
        parallel_for(50, 7, [&](std::int64_t first, std::int64_t last) { sum += last - first; });
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(sum == 8 * 20 * 50);
}

TEST_CASE("parallel: after a fork the child works alone, and the parent goes on") {
  const WithThreads with(4);
  CHECK(pieces_of(64, 1).size() == 64);
  const pid_t child = ::fork();
  if (child == 0) {
    std::int64_t sum = 0;
    bool here = true;
    const auto parent = std::this_thread::get_id();
    parallel_for(64, 1, [&](std::int64_t first, std::int64_t) {
      here = here && std::this_thread::get_id() == parent;
      sum += first;
    });
    ::_exit(here && sum == 63 * 64 / 2 ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(pieces_of(64, 1).size() == 64);
}

TEST_CASE("threads: the number that is set holds, and others are refused") {
  const std::int64_t before = num_threads();
  {
    const WithThreads with(7);
    CHECK(num_threads() == 7);
    const WithThreads most(256);
    CHECK(num_threads() == 256);
  }
  CHECK(num_threads() == before);
  for (const std::int64_t count : {0, -2, 257})
    CHECK(message_of<ValueError>([count] { set_num_threads(count); }) ==
          fmt::format("[set_num_threads] no number of threads; got {}; expected 1 … 256", count));
  CHECK(num_threads() == before);
}
