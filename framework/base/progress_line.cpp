#include <cornu/framework/base/progress_line.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include <cornu/framework/base/log.hpp>
#include <cornu/framework/base/utf8.hpp>

namespace cornu::detail {

namespace {

constexpr int bar_columns = 20;
constexpr auto interval = std::chrono::milliseconds(100);

std::string bar(double part) {
  const auto full = static_cast<int>(std::floor(part * bar_columns));
  std::string text;
  for (int i = 0; i < bar_columns; ++i) text += i < full ? "━" : (i == full ? "╸" : "─");
  return text;
}

std::string clock_time(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole % 3600 / 60, whole % 60);
  if (whole >= 60) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}s", whole);
}

std::string step_time(double seconds, std::string_view unit) {
  if (seconds >= 1) return fmt::format("{:.0f}s/{}", seconds, unit);
  if (seconds >= 1e-3) return fmt::format("{:.0f}ms/{}", seconds * 1e3, unit);
  return fmt::format("{:.0f}us/{}", seconds * 1e6, unit);
}

// Before a figure that would not fit the line, a new one begins.
std::string broken(std::string_view line, std::size_t columns) {
  constexpr std::string_view between = " - ", indent = "\n    - ";
  std::string text;
  std::size_t column = 0;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find(between, at + 1), line.size());
    std::string_view part = line.substr(at, end - at);
    const std::size_t width = utf8_characters(part).size();
    const bool breaks = at > 0 && column + width >= columns;
    if (breaks) part.remove_prefix(between.size());
    text += breaks ? indent : "";
    text += part;
    column = breaks ? indent.size() - 1 + width - between.size() : column + width;
    at = end;
  }
  return text;
}

}  // namespace

ProgressLine::ProgressLine(std::int64_t steps, int verbose, std::string_view unit)
    : steps_(steps), verbose_(verbose), unit_(unit), start_(Clock::now()), next_(start_ + interval) {}

bool ProgressLine::wants_update(std::int64_t step) {
  done_ = step;
  return verbose_ == 1 && log_sink().live && Clock::now() >= next_;
}

double ProgressLine::part(std::int64_t step) const {
  return steps_ > 0 ? static_cast<double>(step) / static_cast<double>(steps_) : 1;
}

// Blanks cover what is left of a longer line before.
void ProgressLine::show(const char* start, const std::vector<std::string>& characters) {
  const std::size_t blanks = width_ > characters.size() ? width_ - characters.size() : 0;
  log(fmt::format("{}{}{:{}}", start, fmt::join(characters, ""), "", blanks));
}

void ProgressLine::update(std::int64_t step, std::string_view figures) {
  next_ = Clock::now() + interval;
  const double each = seconds() / static_cast<double>(std::max<std::int64_t>(step, 1));
  const std::string left = clock_time(std::ceil(each * static_cast<double>(steps_ - step)));
  const std::string line =
      fmt::format("{}/{} {} {} left, {}{}", step, steps_, bar(part(step)), left, step_time(each, unit_), figures);
  std::vector<std::string> characters = utf8_characters(line);
  characters.resize(std::min(characters.size(), static_cast<std::size_t>(std::max(log_sink().columns - 1, 20))));
  show("\r", characters);
  width_ = characters.size();
}

void ProgressLine::finish(std::string_view figures) {
  if (verbose_ == 0) return;
  const double each = seconds() / static_cast<double>(std::max<std::int64_t>(done_, 1));
  const std::string line = verbose_ == 2 ? fmt::format("{}/{} - {} - {}{}", done_, steps_, clock_time(seconds()),
                                                       step_time(each, unit_), figures)
                                         : fmt::format("{}/{} {} {} {}{}", done_, steps_, bar(part(done_)),
                                                       clock_time(seconds()), step_time(each, unit_), figures);
  const std::string text = log_sink().live ? broken(line, static_cast<std::size_t>(log_sink().columns)) : line;
  const std::size_t end = std::min(text.find('\n'), text.size());
  show(width_ > 0 ? "\r" : "", utf8_characters(text.substr(0, end)));
  log(text.substr(end) + "\n");
  width_ = 0;
}

}  // namespace cornu::detail
