#pragma once
// Internal: loops whose pieces run on several threads.
#include <algorithm>
#include <cstdint>
#include <functional>

namespace cornu::detail {

/// Calls work(first, last) for the pieces 0 … grain − 1, grain … 2·grain − 1, … of 0 … count − 1, on several threads at
/// a time and in any order, and returns when all are done. How the work is cut follows from `count` and `grain` alone,
/// so these must follow from shapes, never from the number of threads; where no result depends on the cut, work may
/// stay whole without other threads. A single piece, pieces within a piece, and all pieces after fork run on the
/// calling thread, in their order. Throws what a piece throws; others may be left out then. grain ≥ 1.
template <class Work>
void parallel_for(std::int64_t count, std::int64_t grain, const Work& work);

/// A grain whose pieces take some 15 µs on one core, where an item takes `nanoseconds`: less is not worth a thread,
/// which wakes in 2 to 8 µs.
std::int64_t grain_of(double nanoseconds);

/// A grain for elements that a simple operation makes: 65,536.
std::int64_t elements_a_piece();

/// For tests: pieces of a part of that size, so that small work is cut as large one is; threads wait a little for each
/// other then, so that they take part. 1 at first.
void set_piece_scale(double scale);

/// Whether another thread than the calling one may take up work: not with one thread, nor after fork.
bool has_other_threads();

/// Calls work() on another thread of the pool, soon, while the calling one goes on. `work` throws nothing.
void run_in_background(std::function<void()> work);

/// Calls piece(work, number) for 0 … pieces − 1, as above.
void run_pieces(std::int64_t pieces, void (*piece)(const void* work, std::int64_t number), const void* work);

template <class Work>
void parallel_for(std::int64_t count, std::int64_t grain, const Work& work) {
  if (count <= grain) {
    if (count > 0) work(std::int64_t{0}, count);
    return;
  }
  struct Cut {
    const Work& work;
    std::int64_t count, grain;
  } const cut{work, count, grain};
  run_pieces((count - 1) / grain + 1,
             [](const void* all, std::int64_t number) {
               const Cut& c = *static_cast<const Cut*>(all);
               c.work(number * c.grain, std::min(c.count, (number + 1) * c.grain));
             },
             &cut);
}

}  // namespace cornu::detail
