#pragma once
// Internal: Ctrl-C ends the training, not the program.

namespace cornu::detail {

/// While it lives, the first SIGINT is only noted; a second one does what it did before. A handler that somebody else
/// sets meanwhile stays.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  bool interrupted() const;
};

}  // namespace cornu::detail
