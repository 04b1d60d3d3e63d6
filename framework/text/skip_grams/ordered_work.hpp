#pragma once
// Internal: pieces of work that other threads do ahead, and that come out in their order.
#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <mutex>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/tensor/random.hpp>

namespace cornu::text {

/// The results of work(0, seed₀), …, work(count − 1, …), each with the next number of one generator as its seed, so
/// that they do not depend on the number of threads. `work` must be safe to call from several threads.
template <class Result>
class OrderedWork {
 public:
  using Work = std::function<Result(std::int64_t piece, std::uint64_t seed)>;

  /// Up to `ahead` pieces are done at a time on the library's threads, from the first next() on, and twice as many wait
  /// to be taken at most. What no other thread has begun when it is wanted, next() does itself: all, where there is no
  /// other thread or `ahead` is 0.
  OrderedWork(std::int64_t count, std::int64_t ahead, random::Generator seeds, Work work)
      : count_(count),
        ahead_(std::min(ahead, count)),
        seeds_(seeds),
        work_(std::move(work)),
        pieces_(static_cast<std::size_t>(std::max<std::int64_t>(2 * ahead_, 1))) {}
  ~OrderedWork() {
    std::unique_lock lock(mutex_);
    count_ = 0;
    changed_.wait(lock, [this] { return helpers_ == 0; });
  }
  OrderedWork(const OrderedWork&) = delete;
  OrderedWork& operator=(const OrderedWork&) = delete;

  /// The result of the next piece; nothing after the last one. Throws what `work` threw for it; called again, it does
  /// that piece once more, with the same seed.
  std::optional<Result> next() {
    if (taken_ == count_) return std::nullopt;
    Piece& piece = wanted_piece();
    call_helpers();
    wait_for(piece);
    if (piece.error) std::rethrow_exception(std::exchange(piece.error, nullptr));
    std::optional<Result> result = std::move(piece.result);
    if (!result) result = work_(taken_, piece.seed);
    {
      const std::scoped_lock lock(mutex_);
      piece = {};
      ++taken_;
    }
    call_helpers();
    return result;
  }

 private:
  struct Piece {
    std::uint64_t seed = 0;
    std::optional<Result> result = {};
    std::exception_ptr error = {};
    bool done = false;  // as far as another thread goes; without a result next() does it
  };

  Piece& piece_at(std::int64_t number) { return pieces_[static_cast<std::size_t>(number) % pieces_.size()]; }
  // Pieces that may be begun now.
  std::int64_t left() const { return std::min(count_, taken_ + std::ssize(pieces_)) - begun_; }
  Piece& begin() {
    Piece& piece = piece_at(begun_++);
    piece.seed = seeds_.next();
    return piece;
  }

  // The one that next() gives; nobody else will begin it.
  Piece& wanted_piece() {
    const std::scoped_lock lock(mutex_);
    if (begun_ == taken_) begin().done = true;
    return piece_at(taken_);
  }
  void wait_for(const Piece& piece) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&piece] { return piece.done; });
  }

  // A helper that there is no memory for is none: next() does its pieces.
  void call_helpers() {
    std::unique_lock lock(mutex_);
    while (detail::has_other_threads() && helpers_ < ahead_ && helpers_ < left()) {
      ++helpers_;
      lock.unlock();
      try {
        detail::run_in_background([this] { help(); });
      } catch (const std::bad_alloc&) {
        lock.lock();
        --helpers_;
        return;
      }
      lock.lock();
    }
  }

  // Does pieces until as many wait as may.
  void help() {
    std::unique_lock lock(mutex_);
    while (left() > 0) {
      const std::int64_t number = begun_;
      Piece& piece = begin();
      lock.unlock();
      do_piece(piece, number);
      lock.lock();
      piece.done = true;
      changed_.notify_all();
    }
    --helpers_;
    changed_.notify_all();
  }
  void do_piece(Piece& piece, std::int64_t number) {
    try {
      piece.result = work_(number, piece.seed);
    } catch (...) {
      piece.error = std::current_exception();
    }
  }

  std::int64_t count_, ahead_, begun_ = 0, taken_ = 0, helpers_ = 0;
  random::Generator seeds_;
  Work work_;
  std::vector<Piece> pieces_;  // those that are done or being done: each has the place of its number modulo their count
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace cornu::text
