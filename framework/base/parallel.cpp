#include <cornu/framework/base/parallel.hpp>

#include <fmt/core.h>
#include <pthread.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/threads.hpp>
#include <cornu/framework/base/usable_cpus.hpp>

// The thread sanitizer does not see what oneTBB does. This file is compiled without it, and tells it what matters.
#ifdef CORNU_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#else
#define __tsan_acquire(address) static_cast<void>(address)
#define __tsan_release(address) static_cast<void>(address)
#endif

namespace cornu {

namespace {

constexpr std::int64_t most_threads = 256;

std::int64_t number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= 1 && number <= most_threads) return number;
  throw ValueError("CORNU_NUM_THREADS", fmt::format("no number of threads; got \"{}\"; expected 1 … {}; unset the "
                                                    "variable to use all CPUs",
                                                    text, most_threads));
}

std::int64_t first_count() {
  const char* const text = std::getenv("CORNU_NUM_THREADS");
  return text ? number_in(text) : std::min(detail::usable_cpus(), most_threads);
}

std::atomic<std::int64_t>& count() {
  static std::atomic<std::int64_t> threads = first_count();
  return threads;
}

// How many of so many threads there may be: oneTBB has a worker less than CPUs, unless somebody asks for more, and
// fewer where the program says so.
std::int64_t allowed(std::int64_t threads) {
  static std::mutex mutex;
  static std::unique_ptr<tbb::global_control> control;
  const std::scoped_lock lock(mutex);
  const auto wanted = static_cast<std::size_t>(threads);
  constexpr auto parallelism = tbb::global_control::max_allowed_parallelism;
  if (wanted > tbb::global_control::active_value(parallelism))
    control = std::make_unique<tbb::global_control>(parallelism, wanted);
  return static_cast<std::int64_t>(std::min(wanted, tbb::global_control::active_value(parallelism)));
}

}  // namespace

void set_num_threads(std::int64_t threads) {
  if (threads < 1 || threads > most_threads)
    throw ValueError("set_num_threads",
                     fmt::format("no number of threads; got {}; expected 1 … {}", threads, most_threads));
  count() = threads;
}

std::int64_t num_threads() { return count(); }

namespace detail {

namespace {

// In the child of a fork there are no workers, and nobody knows what they held.
std::atomic<bool> workers_are_gone = false;

std::atomic<double> piece_scale = 1;

std::int64_t scaled(double grain) { return std::max<std::int64_t>(1, static_cast<std::int64_t>(grain * piece_scale)); }

thread_local bool is_piece = false;  // what this thread does now is a piece already

// Where work of one thread runs on several. A thread has a place in an arena of its own, so it never waits for a place,
// and while it waits for its pieces, it takes up no other work.
class Arena {
 public:
  explicit Arena(unsigned own_places) : own_places_(own_places) {}

  tbb::task_arena& of(std::int64_t threads) {
    if (threads != threads_) {
      static const int prepared = pthread_atfork(nullptr, nullptr, [] { workers_are_gone = true; });
      static_cast<void>(prepared);
      const int workers = static_cast<int>(allowed(threads)) - 1;
      arena_.emplace(std::max(1, workers + static_cast<int>(own_places_)), own_places_);
      threads_ = threads;
    }
    return *arena_;
  }

 private:
  unsigned own_places_;  // for the thread itself
  std::int64_t threads_ = 0;
  std::optional<tbb::task_arena> arena_;
};

// The pieces of one call. Each thread has a range of them of its own, and then takes what is left of the others': loop
// after loop over the same data finds them where it left them, in the caches of its core. The pieces come after what
// was before the call, and before what is after it.
class Loop {
 public:
  Loop(std::int64_t pieces, std::int64_t threads, void (*piece)(const void*, std::int64_t), const void* work)
      : piece_(piece), work_(work), count_(std::min({pieces, threads, most_ranges})) {
    for (std::int64_t i = 0; i < count_; ++i) {
      range(i).next = i * pieces / count_;
      range(i).end = (i + 1) * pieces / count_;
    }
    __tsan_release(&begin_);
  }

  std::int64_t ranges() const { return count_; }

  // Does pieces until there is none left, those of a range first. What one throws is kept, and no other is begun.
  void take_part(std::int64_t first) noexcept {
    __tsan_acquire(&begin_);
    is_piece = true;
    ++present_;
    if (piece_scale < 1) wait_for_another();
    try {
      for (std::int64_t i = 0; i < count_; ++i) take(range((first + i) % count_));
    } catch (...) {
      if (!has_failed_.exchange(true)) error_ = std::current_exception();
    }
    is_piece = false;
    __tsan_release(&end_);
  }

  // Once all have ended who took part.
  void finish() {
    __tsan_acquire(&end_);
    if (error_) std::rethrow_exception(error_);
  }

 private:
  static constexpr std::int64_t most_ranges = 64;

  struct alignas(64) Range {
    std::atomic<std::int64_t> next;
    std::int64_t end;
  };

  Range& range(std::int64_t i) { return ranges_[static_cast<std::size_t>(i)]; }

  void take(Range& from) {
    for (std::int64_t i = from.next++; i < from.end && !has_failed_; i = from.next++) piece_(work_, i);
  }

  // Pieces as small as those of tests would be done before another thread has come.
  void wait_for_another() const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(100);
    while (present_ < 2 && !has_failed_ && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  }

  void (*piece_)(const void*, std::int64_t);
  const void* work_;
  std::int64_t count_;
  std::array<Range, most_ranges> ranges_;
  std::atomic<int> present_ = 0;  // have come
  std::atomic<bool> has_failed_ = false;
  std::exception_ptr error_;
  char begin_ = 0, end_ = 0;  // stand for both in the thread sanitizer's eyes
};

// Where other threads cannot take part, since there is no memory for one, this one does what is left.
void run_on_pool(Loop& loop, std::int64_t threads) {
  thread_local Arena arena(1);
  try {
    arena.of(threads).execute([&] {
      tbb::parallel_for(
          std::int64_t{0}, loop.ranges(),
          [&loop](std::int64_t) { loop.take_part(tbb::this_task_arena::current_thread_index()); },
          tbb::simple_partitioner());
    });
  } catch (...) {  // of oneTBB: what pieces throw is kept
  }
  loop.take_part(0);
  loop.finish();
}

}  // namespace

std::int64_t grain_of(double nanoseconds) { return scaled(15'000 / nanoseconds); }
std::int64_t elements_a_piece() { return scaled(1 << 16); }
void set_piece_scale(double scale) { piece_scale = scale; }

bool has_other_threads() { return num_threads() > 1 && !workers_are_gone; }

void run_in_background(std::function<void()> work) {
  thread_local Arena arena(0);
  static char begin;
  __tsan_release(&begin);
  arena.of(num_threads()).enqueue([work = std::move(work)] {
    __tsan_acquire(&begin);
    work();
  });
}

void run_pieces(std::int64_t pieces, void (*piece)(const void* work, std::int64_t number), const void* work) {
  if (pieces > 1 && !is_piece && has_other_threads()) {
    const std::int64_t threads = num_threads();
    Loop loop(pieces, threads, piece, work);
    return run_on_pool(loop, threads);
  }
  for (std::int64_t i = 0; i < pieces; ++i) piece(work, i);
}

}  // namespace detail

}  // namespace cornu
