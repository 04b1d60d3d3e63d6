#pragma once
#include <cstdint>

#include <cornu/framework/autodiff/profiler.hpp>

namespace cornu::testing {

/// While it lives, profilers see a time that passes when the test says so, and by so many milliseconds with each look
/// at it.
class FakeClock {
 public:
  explicit FakeClock(std::int64_t with_each_look = 0) {
    now() = 0;
    step() = with_each_look;
  }
  ~FakeClock() { detail::Profiler::set_clock(before_); }
  FakeClock(const FakeClock&) = delete;
  FakeClock& operator=(const FakeClock&) = delete;

  static void pass(std::int64_t milliseconds) { now() += milliseconds * 1'000'000; }

 private:
  static std::int64_t& now() {
    static std::int64_t nanoseconds = 0;
    return nanoseconds;
  }
  static std::int64_t& step() {
    static std::int64_t milliseconds = 0;
    return milliseconds;
  }
  static std::int64_t read() {
    pass(step());
    return now();
  }

  detail::Profiler::Clock before_ = detail::Profiler::set_clock(read);
};

}  // namespace cornu::testing
