#include <cornu/framework/plot/line_chart.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <string_view>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/plot/axis.hpp>
#include <cornu/framework/plot/heading.hpp>
#include <cornu/framework/plot/svg.hpp>

namespace cornu::plot {

namespace {

constexpr double margin = 24;

double x_of(const Series& line, std::size_t i) { return line.x.empty() ? static_cast<double>(i + 1) : line.x[i]; }

bool is_whole(double value) { return !std::isfinite(value) || value == std::floor(value); }

void check(const std::vector<Series>& series, const LineChartOptions& options) {
  if (series.empty()) throw ValueError("line_chart", "there is nothing to draw; got no series; expected at least one");
  if (std::all_of(series.begin(), series.end(), [](const Series& line) { return line.y.empty(); }))
    throw ValueError("line_chart", fmt::format("there is nothing to draw; got {} series without a point; expected one "
                                               "with points",
                                               series.size()));
  for (const Series& line : series) {
    if (line.x.empty() || line.x.size() == line.y.size()) continue;
    throw ValueError("line_chart", fmt::format("x and y of series \"{}\" differ in length; got {} and {}", line.name,
                                               line.x.size(), line.y.size()));
  }
  require_room("line_chart", options.width, options.height);
}

// A dot for each point while there is room; a stroke between neighbours that both exist.
void draw_series(Svg& svg, const Series& line, const Frame& frame, std::string_view colour) {
  std::string path;
  bool pen_down = false;
  const bool dots = line.y.size() <= 60;
  std::string_view step;
  for (std::size_t i = 0; i < line.y.size(); ++i) {
    step = pen_down ? "L" : "M";
    pen_down = std::isfinite(line.y[i]) && std::isfinite(x_of(line, i));
    if (pen_down)
      fmt::format_to(std::back_inserter(path), "{}{:.2f} {:.2f}", step, frame.at_x(x_of(line, i)),
                     frame.at_y(line.y[i]));
  }
  if (!path.empty()) svg.path(path, colour, 2.2);
  for (std::size_t i = 0; dots && i < line.y.size(); ++i) {
    if (!std::isfinite(line.y[i]) || !std::isfinite(x_of(line, i))) continue;
    svg.dot(frame.at_x(x_of(line, i)), frame.at_y(line.y[i]), 3.5, colour,
            fmt::format("{} at {:g}: {:.5g}", line.name, x_of(line, i), line.y[i]));
  }
}

struct Extent {
  Range x, left, right;
  bool whole = true;  // no x has a fraction
};

Extent extent_of(const std::vector<Series>& series) {
  Extent extent;
  for (const Series& line : series)
    for (std::size_t i = 0; i < line.y.size(); ++i) {
      extent.x.include(x_of(line, i));
      (line.on_right ? extent.right : extent.left).include(line.y[i]);
      extent.whole = extent.whole && is_whole(x_of(line, i));
    }
  return extent;
}

struct Frames {
  Frame left, right;
  bool has_right;
};

// Axes around all points, under what stands above them.
Frames make_frames(const std::vector<Series>& series, const LineChartOptions& options, double top) {
  const Extent extent = extent_of(series);
  const bool has_right = std::any_of(series.begin(), series.end(), [](const Series& line) { return line.on_right; });
  const int marks = std::clamp(options.height / 70, 2, 8);
  const Axis left = make_axis(extent.left, marks, false, true), right = make_axis(extent.right, marks, false, true);
  const auto room_for = [](const Axis& axis, const std::string& name) {
    return margin + label_width(axis) + (name.empty() ? 0 : 20);
  };
  const Box box{room_for(left, options.y_label), top,
                options.width - (has_right ? room_for(right, options.right_label) : margin),
                options.height - (options.x_label.empty() ? 36. : 58.)};
  const Axis x = make_axis(extent.x, std::clamp(options.width / 80, 2, 12), extent.whole, false);
  return {{box, x, left}, {box, x, right}, has_right};
}

}  // namespace

void line_chart(const std::string& path, const std::vector<Series>& series, const LineChartOptions& options) {
  static const std::string name = "line_chart";
  const ErrorScope scope(name);
  require_svg(name, path);
  check(series, options);
  Svg svg(options.width, options.height, options.title);
  std::vector<std::string> names;
  for (const Series& line : series) names.push_back(line.name);
  const double top = 16 + draw_heading(svg, options.title, names, margin, options.width - margin);
  const Frames frames = make_frames(series, options, top);
  frames.left.draw(svg, options.x_label, options.y_label);
  if (frames.has_right) frames.right.draw_on_right(svg, options.right_label);
  for (std::size_t i = 0; i < series.size(); ++i)
    draw_series(svg, series[i], series[i].on_right ? frames.right : frames.left, colour_of(i));
  write_whole_file(path, svg.finish());
}

}  // namespace cornu::plot
