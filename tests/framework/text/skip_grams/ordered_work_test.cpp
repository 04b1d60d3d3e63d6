#include <cornu/framework/text/skip_grams/ordered_work.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/with_threads.hpp"

using cornu::random::Generator;
using cornu::text::OrderedWork;
using Numbers = std::vector<std::uint64_t>;

namespace {

constexpr std::int64_t pieces = 50;

std::uint64_t mixed(std::int64_t piece, std::uint64_t seed) { return seed ^ static_cast<std::uint64_t>(piece); }

Numbers all_of(OrderedWork<std::uint64_t>& work) {
  Numbers all;
  while (const auto result = work.next()) all.push_back(*result);
  return all;
}

const Numbers& undisturbed() {
  static const Numbers all = [] {
    OrderedWork<std::uint64_t> work(pieces, 0, Generator(1), mixed);
    return all_of(work);
  }();
  return all;
}

}  // namespace

TEST_CASE("OrderedWork: results come in their order, whatever the number of threads") {
  CHECK(undisturbed().size() == pieces);
  for (const std::int64_t threads : {1, 2, 7, 50, 1000}) {
    const cornu::testing::WithThreads with(4);
    OrderedWork<std::uint64_t> work(pieces, threads, Generator(1), mixed);
    CHECK(all_of(work) == undisturbed());
    CHECK(!work.next());
  }
  OrderedWork<std::uint64_t> none(0, 4, Generator(1), mixed);
  CHECK(!none.next());
}

TEST_CASE("OrderedWork: what a piece throws reaches the caller, and the piece can be done again") {
  for (const std::int64_t threads : {0, 1, 3}) {
    const cornu::testing::WithThreads with(4);
    CAPTURE(threads);
    std::vector<std::atomic<int>> failures(pieces);
    OrderedWork<std::uint64_t> work(pieces, threads, Generator(1), [&](std::int64_t piece, std::uint64_t seed) {
      if (piece % 7 == 3 && failures[static_cast<std::size_t>(piece)]++ < 2) throw std::bad_alloc();
      if (piece == pieces - 1 && failures[static_cast<std::size_t>(piece)]++ == 0) throw std::out_of_range("the last");
      return mixed(piece, seed);
    });
    Numbers all;
    int thrown = 0;
    while (true) {
      try {
        const auto result = work.next();
        if (!result) break;
        all.push_back(*result);
      } catch (const std::bad_alloc&) {
        CHECK(all.size() % 7 == 3);
        ++thrown;
      } catch (const std::out_of_range& error) {
        CHECK(error.what() == std::string("the last"));
        ++thrown;
      }
    }
    CHECK(thrown == 2 * 7 + 1);
    CHECK(all == undisturbed());
  }
}

TEST_CASE("OrderedWork: it ends while its threads fail") {
  const cornu::testing::WithThreads with(4);
  for (int i = 0; i < 20; ++i) {
    OrderedWork<std::uint64_t> work(pieces, 3, Generator(1),
                                    [](std::int64_t, std::uint64_t) -> std::uint64_t { throw std::bad_alloc(); });
    if (i % 2 == 1) CHECK_THROWS_AS(work.next(), std::bad_alloc);
  }
}

TEST_CASE("OrderedWork: other threads work ahead, at most twice as many pieces as are done at a time") {
  const cornu::testing::WithThreads with(3);
  std::atomic<std::int64_t> begun = 0;
  OrderedWork<std::uint64_t> work(pieces, 2, Generator(1), [&](std::int64_t piece, std::uint64_t seed) {
    ++begun;
    return mixed(piece, seed);
  });
  REQUIRE(work.next().has_value());
  while (begun < 5) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(begun == 5);  // the one that was taken, and four that wait
}

TEST_CASE("OrderedWork: with one thread it does all pieces where they are wanted") {
  const cornu::testing::WithThreads with(1);
  std::set<std::thread::id> seen;
  OrderedWork<std::uint64_t> work(pieces, 4, Generator(1), [&](std::int64_t piece, std::uint64_t seed) {
    seen.insert(std::this_thread::get_id());
    return mixed(piece, seed);
  });
  CHECK(all_of(work) == undisturbed());
  CHECK(seen == std::set<std::thread::id>{std::this_thread::get_id()});
}
