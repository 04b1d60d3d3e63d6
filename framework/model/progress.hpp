#pragma once
// Internal: what fit, evaluate and predict show while they work.
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <cornu/framework/model/history.hpp>

namespace cornu::detail {

/// The line of one pass over the data, as Keras prints it: on a terminal a bar that moves, with the time left; in a
/// pipe or a log only the finished line.
///
///     212/212 ━━━━━━━━━━━━━━━━━━━━ 1s 3ms/step - accuracy: 0.7912 - loss: 0.4405
class Progress {
 public:
  /// verbose as in fit: 0 shows nothing, 1 a bar, 2 one line at the end.
  Progress(std::int64_t steps, int verbose);
  /// The line above, "Epoch 2/5"; none for a single epoch. Epochs count from 0 here.
  static void begin_epoch(std::int64_t epoch, std::int64_t epochs);
  /// True when it is time to show the state again (a few times a second); the figures need only be made then.
  bool wants_update(std::int64_t step);
  void update(std::int64_t step, const Logs& logs);
  void finish(const Logs& logs);

 private:
  using Clock = std::chrono::steady_clock;
  void show(const char* start, const std::vector<std::string>& characters);
  double part(std::int64_t step) const;
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  std::int64_t steps_, done_ = 0;
  int verbose_;
  Clock::time_point start_, next_;
  std::size_t width_ = 0;  // columns of the line that stands on the terminal
};

}  // namespace cornu::detail
