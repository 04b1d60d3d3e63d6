// Two pieces of a loop write one number: if the thread sanitizer is silent here, its silence elsewhere tells nothing.
#include <atomic>
#include <thread>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/base/threads.hpp>

int main() {
  cornu::set_num_threads(2);
  std::int64_t sum = 0;
  std::atomic<int> begun = 0;
  cornu::detail::parallel_for(2, 1, [&](std::int64_t first, std::int64_t last) {
    begun.fetch_add(1, std::memory_order_relaxed);  // which orders nothing
    while (begun.load(std::memory_order_relaxed) < 2) std::this_thread::yield();
    sum += last - first;
  });
  return sum > 0 ? 0 : 1;
}
