#pragma once
// Internal: scratch memory of loops whose pieces run on several threads.
#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#include <thread>

#include <cornu/framework/base/threads.hpp>

namespace cornu::kernels {

/// Places for scratch memory: fewer than pieces, and as many as pieces run at a time. A piece holds one of them while
/// it works. What it computes must not depend on which.
class Slots {
 public:
  /// How many `pieces` of a loop keep all threads busy. It may be another number at each call.
  static std::int64_t wanted(std::int64_t pieces) {
    return std::clamp<std::int64_t>(std::min(pieces, num_threads()), 1, most);
  }

  /// As many as fit into `memory`, each `size` large: at least one, which is all there is to it where size = 0.
  Slots(std::int64_t memory, std::int64_t size)
      : free_(~std::uint64_t{0} >> (most - (size > 0 ? std::clamp<std::int64_t>(memory / size, 1, most) : 1))) {}

  /// Calls work(number of a slot), once there is one.
  template <class Work>
  void with_one(const Work& work) {
    struct Held {
      explicit Held(std::atomic<std::uint64_t>& all) : free(all), number(taken(all)) {}
      ~Held() { free.fetch_or(std::uint64_t{1} << number, std::memory_order_release); }
      std::atomic<std::uint64_t>& free;
      const int number;
    } const held(free_);
    work(std::int64_t{held.number});
  }

 private:
  static constexpr std::int64_t most = 64;

  static int taken(std::atomic<std::uint64_t>& free) {
    for (std::uint64_t now = free.load(std::memory_order_relaxed);;) {
      if (now == 0) {
        std::this_thread::yield();
        now = free.load(std::memory_order_relaxed);
      } else if (free.compare_exchange_weak(now, now & (now - 1), std::memory_order_acquire)) {
        return std::countr_zero(now);
      }
    }
  }

  std::atomic<std::uint64_t> free_;
};

}  // namespace cornu::kernels
