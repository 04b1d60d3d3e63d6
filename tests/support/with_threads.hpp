#pragma once
#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/base/threads.hpp>

namespace cornu::testing {

/// The library works with so many threads while this lives.
class WithThreads {
 public:
  explicit WithThreads(std::int64_t count) : before_(num_threads()) { set_num_threads(count); }
  ~WithThreads() { set_num_threads(before_); }
  WithThreads(const WithThreads&) = delete;
  WithThreads& operator=(const WithThreads&) = delete;

 private:
  std::int64_t before_;
};

/// Pieces are of a part of their size while this lives, so that small work is cut too.
class WithPieceScale {
 public:
  explicit WithPieceScale(double scale) { detail::set_piece_scale(scale); }
  ~WithPieceScale() { detail::set_piece_scale(1); }
  WithPieceScale(const WithPieceScale&) = delete;
  WithPieceScale& operator=(const WithPieceScale&) = delete;
};
constexpr double small_pieces = 1e-6;

/// Numbers of threads that results must not depend on.
constexpr std::int64_t thread_counts[] = {1, 2, 3, 5, 8};

}  // namespace cornu::testing
