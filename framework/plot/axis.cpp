#include <cornu/framework/plot/axis.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace cornu::plot {

namespace {

constexpr double label_size = 12;

// The smallest of 1, 2, 5 times a power of ten that is not below `rough`.
double round_step(double rough) {
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= rough * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

Range widened(Range range) {
  if (range.empty()) return {0, 1};
  const double size = std::max(std::abs(range.low), std::abs(range.high));
  if (range.high - range.low > 1e-9 * size) return range;
  const double margin = size > 0 ? 0.1 * size : 1;
  return {range.low - margin, range.high + margin};
}

std::string tick_label(double tick, double step) {
  const double size = std::max(std::abs(tick), step);
  if (size < 1e6 && step >= 1e-5)
    return fmt::format("{:.{}f}", tick, std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9))));
  return fmt::format("{:.{}g}", tick, std::max(2, static_cast<int>(std::ceil(std::log10(size / step))) + 1));
}

}  // namespace

bool is_drawable(double value) { return std::isfinite(value) && std::abs(value) < 1e150; }

void Range::include(double value) {
  if (!is_drawable(value)) return;
  low = std::min(low, value);
  high = std::max(high, value);
}

Axis make_axis(Range range, int count, bool whole, bool to_ticks) {
  range = widened(range);
  double step = round_step((range.high - range.low) / count);
  if (whole) step = std::max(1.0, step);
  const double first = std::floor(range.low / step + 1e-9), last = std::ceil(range.high / step - 1e-9);
  const double margin = 0.03 * (range.high - range.low);
  Axis axis{.low = to_ticks ? first * step : range.low - margin, .high = to_ticks ? last * step : range.high + margin};
  for (double i = first; i <= last; ++i) {
    const double tick = i == 0 ? 0 : i * step;
    if (tick < axis.low - 1e-9 * step || tick > axis.high + 1e-9 * step) continue;
    axis.ticks.push_back(tick);
    axis.labels.push_back(tick_label(tick, step));
  }
  return axis;
}

double label_width(const Axis& axis) {
  double width = 0;
  for (const std::string& label : axis.labels) width = std::max(width, text_width(label, label_size));
  return width;
}

void Frame::draw(Svg& svg, std::string_view x_label, std::string_view y_label) const {
  constexpr std::string_view grid = "#e6e8eb", dark = "#8a9099", ink = "#4a5058";
  for (std::size_t i = 0; i < y.ticks.size(); ++i) {
    svg.line(box.left, at_y(y.ticks[i]), box.right, at_y(y.ticks[i]), grid);
    svg.text(box.left - 8, at_y(y.ticks[i]) + 4, y.labels[i], {.size = label_size, .anchor = "end", .colour = ink});
  }
  for (std::size_t i = 0; i < x.ticks.size(); ++i) {
    svg.line(at_x(x.ticks[i]), box.bottom, at_x(x.ticks[i]), box.bottom + 5, dark);
    svg.text(at_x(x.ticks[i]), box.bottom + 20, x.labels[i], {.size = label_size, .anchor = "middle", .colour = ink});
  }
  svg.line(box.left, box.bottom, box.right, box.bottom, dark);
  svg.text((box.left + box.right) / 2, box.bottom + 42, x_label, {.size = 13, .anchor = "middle"});
  svg.text(box.left - label_width(y) - 22, (box.top + box.bottom) / 2, y_label,
           {.size = 13, .anchor = "middle", .upwards = true});
}

}  // namespace cornu::plot
