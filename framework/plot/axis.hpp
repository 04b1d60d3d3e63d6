#pragma once
// Internal: the axes of a chart.
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/plot/svg.hpp>

namespace cornu::plot {

/// The smallest and the largest of the numbers given; those that are not finite cannot be drawn and are passed over.
struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();

  void include(double value);
  bool empty() const { return low > high; }
};

/// Values along one side of a plot, with marks at round numbers: multiples of 1, 2 or 5 times a power of ten.
struct Axis {
  double low = 0, high = 1;  ///< in units, as ticks are
  double units = 1;          ///< of a value of 1: a power of ten, by which differences neither overflow nor vanish
  std::vector<double> ticks = {};
  std::vector<std::string> labels = {};  ///< of the ticks

  /// Where a value stands: 0 at low, 1 at high.
  double fraction(double value) const { return fraction_of_units(value * units); }
  double fraction_of_units(double value) const { return (value - low) / (high - low); }
};

/// For any range of finite numbers. About `count` marks; a range that is empty or a single value is widened. `whole`:
/// marks at integers only. `to_ticks`: the axis begins and ends at a mark, else it is a little longer than the range.
Axis make_axis(Range range, int count, bool whole, bool to_ticks);

/// A rectangle of the picture, in pixels.
struct Box {
  double left, top, right, bottom;
};

/// Two axes around a box: gives positions, and draws grid, marks and names.
struct Frame {
  Box box;
  Axis x, y;

  double at_x(double value) const { return across(x.fraction(value)); }
  double at_y(double value) const { return up(y.fraction(value)); }
  void draw(Svg& svg, std::string_view x_label, std::string_view y_label) const;
  /// The marks and the name of y alone, on the right side of the box.
  void draw_on_right(Svg& svg, std::string_view y_label) const;

 private:
  double across(double fraction) const { return box.left + fraction * (box.right - box.left); }
  double up(double fraction) const { return box.bottom - fraction * (box.bottom - box.top); }
};

/// How wide the widest of an axis' labels is.
double label_width(const Axis& axis);

}  // namespace cornu::plot
