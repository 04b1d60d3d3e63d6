#include <cornu/framework/text/skip_grams/ordered_work.hpp>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/text/skip_grams/skip_grams.hpp>

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
    OrderedWork<std::uint64_t> work(pieces, threads, Generator(1), mixed);
    CHECK(all_of(work) == undisturbed());
    CHECK(!work.next());
  }
  OrderedWork<std::uint64_t> none(0, 4, Generator(1), mixed);
  CHECK(!none.next());
}

TEST_CASE("OrderedWork: what a piece throws reaches the caller, and the piece can be done again") {
  for (const std::int64_t threads : {0, 1, 3}) {
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
  for (int i = 0; i < 20; ++i) {
    OrderedWork<std::uint64_t> work(pieces, 3, Generator(1),
                                    [](std::int64_t, std::uint64_t) -> std::uint64_t { throw std::bad_alloc(); });
    if (i % 2 == 1) CHECK_THROWS_AS(work.next(), std::bad_alloc);
  }
}

#ifndef CORNU_SANITIZED  // they take more address space than there is
namespace {
// Memory for few more threads than there are.
void limit_memory() {
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  unsigned long pages = 0;
  if (!file || std::fscanf(file, "%lu", &pages) != 1) ::_exit(4);
  std::fclose(file);
  const ::rlimit limit{pages * 4096 + (std::size_t{64} << 20), RLIM_INFINITY};
  if (::setrlimit(RLIMIT_AS, &limit) != 0) ::_exit(4);
}

}  // namespace

TEST_CASE("OrderedWork: a thread that cannot start is an exception, and those that did end") {
  const ::pid_t process = ::fork();
  if (process == 0) {
    limit_memory();
    try {
      OrderedWork<std::uint64_t> work(100'000, 100'000, Generator(1), mixed);
      ::_exit(1);
    } catch (const std::system_error&) {
    }
    try {
      cornu::text::SkipGrams({1, 2, 3, 4, 5, 6}, {.chunk_size = 1, .epochs = 1000, .threads = 4096});
      ::_exit(2);
    } catch (const cornu::StateError& error) {
      ::_exit(std::string(error.what()).starts_with("[SkipGrams] a thread cannot start") ? 0 : 3);
    }
  }
  int status = 0;
  ::waitpid(process, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
#endif
