#include <cornu/framework/kernels/slots.hpp>

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/support/with_threads.hpp"

using cornu::kernels::Slots;
using cornu::testing::WithThreads;

namespace {

// How often two pieces on four threads held a slot of `slots` at a time.
int clashes(Slots& slots) {
  std::array<std::atomic<int>, 64> holders{};
  std::atomic<int> found = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 500; ++k)
        slots.with_one([&](std::int64_t number) {
          std::atomic<int>& holder = holders.at(static_cast<std::size_t>(number));
          if (holder++ != 0) ++found;
          std::this_thread::yield();
          --holder;
        });
    });
  for (std::thread& thread : threads) thread.join();
  return found;
}

}  // namespace

TEST_CASE("slots: no two pieces hold one at a time, be they fewer than threads or more") {
  for (const std::int64_t count : {1, 2, 3, 64}) {
    Slots slots(count * 10, 10);
    CHECK(clashes(slots) == 0);
  }
}

TEST_CASE("slots: as many as fit into the memory, from the first one on") {
  Slots slots(29, 10);
  slots.with_one([&](std::int64_t first) {
    CHECK(first == 0);
    slots.with_one([](std::int64_t second) { CHECK(second == 1); });
  });
  slots.with_one([](std::int64_t again) { CHECK(again == 0); });
}

TEST_CASE("slots: what fails gives its slot back") {
  Slots slots(10, 10);
  CHECK_THROWS_AS(slots.with_one([](std::int64_t) { throw std::out_of_range("0"); }), std::out_of_range);
  slots.with_one([](std::int64_t number) { CHECK(number == 0); });
}

TEST_CASE("slots: one where nothing is stored, and as many as pieces or threads") {
  Slots slots(0, 0);
  slots.with_one([](std::int64_t number) { CHECK(number == 0); });
  const WithThreads with(5);
  CHECK(Slots::wanted(0) == 1);
  CHECK(Slots::wanted(3) == 3);
  CHECK(Slots::wanted(1000) == 5);
}
