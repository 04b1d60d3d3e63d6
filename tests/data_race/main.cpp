// All pieces of a loop write one number: if the thread sanitizer is silent here, its silence elsewhere tells nothing.
#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/base/threads.hpp>

int main() {
  cornu::set_num_threads(4);
  std::int64_t sum = 0;
  for (int i = 0; i < 100; ++i)
    cornu::detail::parallel_for(1000, 10, [&sum](std::int64_t first, std::int64_t last) { sum += last - first; });
  return sum > 0 ? 0 : 1;
}
