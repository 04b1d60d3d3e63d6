#pragma once
// Internal: the line that shows how far a long work has come.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cornu::detail {

/// On a terminal a bar that moves, with the time left; in a pipe or a log only the finished line.
///
///     212/212 ━━━━━━━━━━━━━━━━━━━━ 1s 3ms/step - accuracy: 0.7912 - loss: 0.4405
class ProgressLine {
 public:
  /// verbose: 0 shows nothing, 1 a bar, 2 one line at the end. `unit` is what a step is called.
  ProgressLine(std::int64_t steps, int verbose, std::string_view unit = "step");
  /// True when it is time to show the state again (a few times a second); the figures need only be made then.
  bool wants_update(std::int64_t step);
  /// `figures` stand at the end of the line, each behind " - ".
  void update(std::int64_t step, std::string_view figures);
  void finish(std::string_view figures);

 private:
  using Clock = std::chrono::steady_clock;
  void show(const char* start, const std::vector<std::string>& characters);
  double part(std::int64_t step) const;
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  std::int64_t steps_, done_ = 0;
  int verbose_;
  std::string unit_;
  Clock::time_point start_, next_;
  std::size_t width_ = 0;  // columns of the line that stands on the terminal
};

}  // namespace cornu::detail
