#pragma once
// Internal: pieces of work that threads do ahead, and that come out in their order.
#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <cornu/framework/tensor/random.hpp>

namespace cornu::text {

/// The results of work(0, seed₀), …, work(count − 1, …), each with the next number of one generator as its seed, so
/// that they do not depend on the number of threads. At most two pieces a thread wait to be taken. `work` must be safe
/// to call from several threads.
template <class Result>
class OrderedWork {
 public:
  using Work = std::function<Result(std::int64_t piece, std::uint64_t seed)>;

  /// 0 threads: next() does the work itself. There are no more threads than pieces. Throws what std::thread throws when
  /// one cannot start; those that did have ended then.
  OrderedWork(std::int64_t count, std::int64_t threads, random::Generator seeds, Work work)
      : OrderedWork(count, static_cast<std::size_t>(std::min(threads, count)), std::move(work), seeds) {
    const auto wanted = static_cast<std::size_t>(std::min(threads, count));
    while (threads_.size() < wanted) threads_.emplace_back([this] { run(); });
  }
  ~OrderedWork() {
    {
      const std::scoped_lock lock(mutex_);
      count_ = 0;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  OrderedWork(const OrderedWork&) = delete;
  OrderedWork& operator=(const OrderedWork&) = delete;

  /// The result of the next piece; nothing after the last one. Throws what `work` threw for it; called again, it does
  /// that piece once more, with the same seed.
  std::optional<Result> next() {
    if (taken_ == count_) return std::nullopt;
    Piece& piece = piece_at(taken_);
    if (threads_.empty())
      begin();
    else
      wait_for(piece);
    if (piece.error) std::rethrow_exception(std::exchange(piece.error, nullptr));
    std::optional<Result> result = std::move(piece.result);
    if (!result) result = work_(taken_, piece.seed);
    {
      const std::scoped_lock lock(mutex_);
      piece = {};
      ++taken_;
    }
    changed_.notify_all();
    return result;
  }

 private:
  struct Piece {
    std::uint64_t seed = 0;
    std::optional<Result> result = {};
    std::exception_ptr error = {};
    bool done = false;
  };

  // All that a thread needs is allocated before one starts.
  OrderedWork(std::int64_t count, std::size_t threads, Work work, random::Generator seeds)
      : count_(count), seeds_(seeds), work_(std::move(work)), pieces_(std::max<std::size_t>(2 * threads, 1)) {
    threads_.reserve(threads);
  }

  Piece& piece_at(std::int64_t number) { return pieces_[static_cast<std::size_t>(number) % pieces_.size()]; }

  // The next piece to be done has its seed: once, however often it is tried.
  void begin() {
    if (begun_ == taken_) piece_at(begun_++).seed = seeds_.next();
  }
  void wait_for(const Piece& piece) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&piece] { return piece.done; });
  }

  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return begun_ >= count_ || begun_ < taken_ + std::ssize(pieces_); });
      if (begun_ >= count_) return;
      const std::int64_t number = begun_++;
      Piece& piece = piece_at(number);
      piece.seed = seeds_.next();
      lock.unlock();
      try {
        piece.result = work_(number, piece.seed);
      } catch (...) {
        piece.error = std::current_exception();
      }
      lock.lock();
      piece.done = true;
      changed_.notify_all();
    }
  }

  std::int64_t count_, begun_ = 0, taken_ = 0;
  random::Generator seeds_;
  Work work_;
  std::vector<Piece> pieces_;  // those that are done or being done: each has the place of its number modulo their count
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::thread> threads_;
};

}  // namespace cornu::text
