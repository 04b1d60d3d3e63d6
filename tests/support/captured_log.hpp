#pragma once
#include <string>
#include <utility>

#include <cornu/framework/base/log.hpp>

namespace cornu::testing {

/// The one that a program begins with: standard output.
LogSink& first_sink();

/// Keeps what the library writes while it lives.
class CapturedLog {
 public:
  struct Options {
    bool live = false;
    int columns = 80;
  };
  explicit CapturedLog(Options options)
      : before_(set_log_sink({[this](std::string_view part) { text_ += part; }, options.live, options.columns})) {}
  ~CapturedLog() { set_log_sink(std::move(before_)); }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  const std::string& text() const { return text_; }
  std::string take() { return std::exchange(text_, {}); }

 private:
  std::string text_;
  LogSink before_;
};

}  // namespace cornu::testing
