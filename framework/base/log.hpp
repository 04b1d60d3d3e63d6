#pragma once
#include <string>
#include <string_view>

#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// Where progress bars, summaries and log lines go: text with its line ends, in pieces. Standard output unless set.
struct LogSink {
  Callable<void(std::string_view)> write;
  bool live = false;  ///< whether `\r` may rewrite the present line, as on a terminal
  int columns = 80;   ///< width of a line
};

/// Redirects all of the library's output and returns the sink before. An empty `write` silences it.
///
///     set_log_sink({.write = [&](std::string_view text) { window.append(text); }});
LogSink set_log_sink(LogSink sink);
const LogSink& log_sink();

/// Writes to the sink.
void log(std::string_view text);

}  // namespace cornu
CORNU_EXPORT_END
