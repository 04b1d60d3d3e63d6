#include <cornu/framework/base/log.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <utility>

namespace cornu {

namespace {

// Behind what the program has written to std::cout, which keeps lines of its own after sync_with_stdio(false).
void write_to_stdout(std::string_view text) {
  std::cout.flush();
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

LogSink standard_output() {
  LogSink sink{write_to_stdout, isatty(STDOUT_FILENO) == 1};
  winsize size{};
  if (sink.live && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) sink.columns = size.ws_col;
  return sink;
}

LogSink& sink() {
  static LogSink current = standard_output();
  return current;
}

}  // namespace

LogSink set_log_sink(LogSink next) { return std::exchange(sink(), std::move(next)); }
const LogSink& log_sink() { return sink(); }

void log(std::string_view text) {
  if (sink().write) sink().write(text);
}

}  // namespace cornu
