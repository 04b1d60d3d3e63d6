#pragma once
// Internal: what fit, evaluate and predict show while they work.
#include <cstdint>

#include <cornu/framework/base/progress_line.hpp>
#include <cornu/framework/model/history.hpp>

namespace cornu::detail {

/// The line of one pass over the data, as Keras prints it.
class Progress {
 public:
  /// verbose as in fit: 0 shows nothing, 1 a bar, 2 one line at the end.
  Progress(std::int64_t steps, int verbose) : line_(steps, verbose) {}
  /// The line above, "Epoch 2/5"; none for a single epoch. Epochs count from 0 here.
  static void begin_epoch(std::int64_t epoch, std::int64_t epochs);
  /// True when it is time to show the state again (a few times a second); the figures need only be made then.
  bool wants_update(std::int64_t step) { return line_.wants_update(step); }
  void update(std::int64_t step, const Logs& logs);
  void finish(const Logs& logs);

 private:
  ProgressLine line_;
};

}  // namespace cornu::detail
