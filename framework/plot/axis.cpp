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

// The power of ten that a range is multiplied by: it is 1 but for numbers near the ends of what a double holds.
int exponent_for(const Range& range) {
  const double size = range.empty() ? 1 : std::max(std::abs(range.low), std::abs(range.high));
  if (size > 1e290) return -100;
  return size > 0 && size < 1e-290 ? 100 : 0;
}

// "2e+208" with an exponent of 100 less: numbers near the ends of what a double holds always have one, but for 0.
std::string shifted(std::string label, int exponent) {
  const std::size_t e = label.find('e');
  if (exponent == 0 || e == std::string::npos) return label;
  return fmt::format("{}e{:+03}", label.substr(0, e), std::stoi(label.substr(e + 1)) - exponent);
}

std::string tick_label(double tick, double step) {
  const double size = std::max(std::abs(tick), step);
  if (size < 1e6 && step >= 1e-5)
    return fmt::format("{:.{}f}", tick, std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9))));
  return fmt::format("{:.{}g}", tick, std::max(2, static_cast<int>(std::ceil(std::log10(size / step))) + 1));
}

}  // namespace

void Range::include(double value) {
  if (!std::isfinite(value)) return;
  low = std::min(low, value);
  high = std::max(high, value);
}

Axis make_axis(Range range, int count, bool whole, bool to_ticks) {
  const int exponent = exponent_for(range);
  const double units = std::pow(10.0, exponent);
  range = widened({range.low * units, range.high * units});
  double step = round_step((range.high - range.low) / count);
  if (whole) step = std::max(1.0, step);
  const double first = std::floor(range.low / step + 1e-9);
  const double last = std::max(std::ceil(range.high / step - 1e-9), first + 1);
  const double margin = 0.03 * (range.high - range.low);
  Axis axis{.low = to_ticks ? first * step : range.low - margin,
            .high = to_ticks ? last * step : range.high + margin,
            .units = units};
  for (double i = first; i <= last; ++i) {
    const double tick = i == 0 ? 0 : i * step;
    if (tick < axis.low - 1e-9 * step || tick > axis.high + 1e-9 * step) continue;
    axis.ticks.push_back(tick);
    axis.labels.push_back(shifted(tick_label(tick, step), exponent));
  }
  return axis;
}

double label_width(const Axis& axis) {
  double width = 0;
  for (const std::string& label : axis.labels) width = std::max(width, text_width(label, label_size));
  return width;
}

namespace {
constexpr std::string_view grid = "#e6e8eb", dark = "#8a9099", ink = "#4a5058";
}

void Frame::draw(Svg& svg, std::string_view x_label, std::string_view y_label) const {
  for (std::size_t i = 0; i < y.ticks.size(); ++i) {
    const double height = up(y.fraction_of_units(y.ticks[i]));
    svg.line(box.left, height, box.right, height, grid);
    svg.text(box.left - 8, height + 4, y.labels[i], {.size = label_size, .anchor = "end", .colour = ink});
  }
  for (std::size_t i = 0; i < x.ticks.size(); ++i) {
    const double place = across(x.fraction_of_units(x.ticks[i]));
    svg.line(place, box.bottom, place, box.bottom + 5, dark);
    svg.text(place, box.bottom + 20, x.labels[i], {.size = label_size, .anchor = "middle", .colour = ink});
  }
  svg.line(box.left, box.bottom, box.right, box.bottom, dark);
  svg.text((box.left + box.right) / 2, box.bottom + 42, x_label, {.size = 13, .anchor = "middle"});
  svg.text(box.left - label_width(y) - 22, (box.top + box.bottom) / 2, y_label,
           {.size = 13, .anchor = "middle", .upwards = true});
}

void Frame::draw_on_right(Svg& svg, std::string_view y_label) const {
  svg.line(box.right, box.top, box.right, box.bottom, dark);
  for (std::size_t i = 0; i < y.ticks.size(); ++i) {
    const double height = up(y.fraction_of_units(y.ticks[i]));
    svg.line(box.right, height, box.right + 5, height, dark);
    svg.text(box.right + 8, height + 4, y.labels[i], {.size = label_size, .colour = ink});
  }
  svg.text(box.right + label_width(y) + 30, (box.top + box.bottom) / 2, y_label,
           {.size = 13, .anchor = "middle", .upwards = true});
}

}  // namespace cornu::plot
