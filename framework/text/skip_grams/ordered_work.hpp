#pragma once
// Internal: pieces of work that threads do ahead, and that come out in their order.
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <cornu/framework/tensor/random.hpp>

namespace cornu::text {

/// The results of work(0, seed₀), …, work(count − 1, …), each with the next number of one generator as its seed, so
/// that they do not depend on the number of threads. At most two pieces a thread wait to be taken. `work` must be safe
/// to call from several threads, and must not throw.
template <class Result>
class OrderedWork {
 public:
  using Work = std::function<Result(std::int64_t piece, std::uint64_t seed)>;

  /// 0 threads: next() does the work itself.
  OrderedWork(std::int64_t count, std::int64_t threads, random::Generator seeds, Work work)
      : count_(count), ahead_(2 * threads), seeds_(seeds), work_(std::move(work)) {
    for (std::int64_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
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

  /// The result of the next piece; nothing after the last one.
  std::optional<Result> next() {
    if (taken_ == count_) return std::nullopt;
    if (threads_.empty()) return work_(taken_++, seeds_.next());
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return done_.contains(taken_); });
    std::optional<Result> result = std::move(done_.extract(taken_++).mapped());
    lock.unlock();
    changed_.notify_all();
    return result;
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return begun_ >= count_ || begun_ < taken_ + ahead_; });
      if (begun_ >= count_) return;
      const std::int64_t piece = begun_++;
      const std::uint64_t seed = seeds_.next();
      lock.unlock();
      Result result = work_(piece, seed);
      lock.lock();
      done_.emplace(piece, std::move(result));
      changed_.notify_all();
    }
  }

  std::int64_t count_, begun_ = 0, taken_ = 0, ahead_;
  random::Generator seeds_;
  Work work_;
  std::map<std::int64_t, Result> done_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::thread> threads_;
};

}  // namespace cornu::text
