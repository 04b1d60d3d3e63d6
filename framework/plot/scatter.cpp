#include <cornu/framework/plot/scatter.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

#include <cornu/framework/errors.hpp>
#include <cornu/framework/files.hpp>
#include <cornu/framework/plot/axis.hpp>
#include <cornu/framework/plot/legend.hpp>
#include <cornu/framework/plot/svg.hpp>
#include <cornu/framework/text/unique.hpp>

namespace cornu::plot {

namespace {

constexpr double margin = 24, label_size = 11;

void check(const Tensor& xy, const ScatterOptions& options) {
  if (xy.rank() != 2 || xy.dim(1) != 2) {
    throw ShapeError("scatter", fmt::format("not points of a plane; got shape {}; expected (n, 2)", xy.shape()));
  }
  if (!is_floating(xy.dtype())) {
    throw ValueError("scatter",
                     fmt::format("points are not floating; got {}; expected float32 or float64", name_of(xy.dtype())));
  }
  for (const auto* names : {&options.labels, &options.groups}) {
    if (names->empty() || std::ssize(*names) == xy.dim(0)) continue;
    throw ShapeError("scatter",
                     fmt::format("names do not fit the points; got {}; expected {} or none", names->size(), xy.dim(0)));
  }
  if (options.width < 200 || options.height < 200) {
    throw ValueError("scatter", fmt::format("the picture is too small; got {} × {}; expected at least 200 × 200 pixels",
                                            options.width, options.height));
  }
}

/// A point in the picture.
struct Mark {
  double x, y;
  std::string_view colour, label;
};

bool overlap(const Box& a, const Box& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/// Labels at the first free place right, left, above or below of their point, those of earlier points first.
void draw_labels(Svg& svg, const std::vector<Mark>& marks, const Box& plot) {
  std::vector<Box> taken;
  for (const Mark& mark : marks) {
    if (mark.label.empty()) continue;
    const double width = text_width(mark.label, label_size), half = label_size / 2, away = 6;
    for (const auto& [x, y] :
         {std::pair{mark.x + away, mark.y - half}, std::pair{mark.x - away - width, mark.y - half},
          std::pair{mark.x - width / 2, mark.y - away - label_size}, std::pair{mark.x - width / 2, mark.y + away}}) {
      const Box box{x, y, x + width, y + label_size};
      const bool inside = x >= plot.left && box.right <= plot.right && y >= plot.top && box.bottom <= plot.bottom;
      const auto in_the_way = [&box](const Box& other) { return overlap(box, other); };
      if (!inside || std::any_of(taken.begin(), taken.end(), in_the_way)) continue;
      taken.push_back(box);
      svg.text(x, box.bottom - 2, mark.label, {.size = label_size});
      break;
    }
  }
}

/// Axes around all points that can be drawn.
Frame make_frame(const std::vector<double>& xy, const ScatterOptions& options, double top) {
  Range xs, ys;
  for (std::size_t i = 0; i < xy.size(); i += 2) {
    if (!is_drawable(xy[i]) || !is_drawable(xy[i + 1])) continue;
    xs.include(xy[i]);
    ys.include(xy[i + 1]);
  }
  const Axis x = make_axis(xs, std::clamp(options.width / 90, 2, 10), false, false);
  const Axis y = make_axis(ys, std::clamp(options.height / 80, 2, 10), false, false);
  const double left = margin + label_width(y) + (options.y_label.empty() ? 0 : 20);
  return {{left, top, options.width - margin, options.height - (options.x_label.empty() ? 36.0 : 58.0)}, x, y};
}

}  // namespace

void scatter(const std::string& path, const Tensor& xy, const ScatterOptions& options) {
  check(xy, options);
  const std::vector<double> points = xy.astype(float64).to_vector<double>();
  const text::Unique groups = text::unique(options.groups);
  Svg svg(options.width, options.height, options.title);
  double top = margin;
  if (!options.title.empty()) {
    svg.text(margin, top + 10, options.title, {.size = 17, .bold = true});
    top += 24;
  }
  if (!groups.values.empty()) top += 8 + draw_legend(svg, groups.values, margin, top + 16, options.width - margin);
  const Frame frame = make_frame(points, options, top);
  frame.draw(svg, options.x_label, options.y_label);
  const double radius = xy.dim(0) > 500 ? 2 : 3;
  std::vector<Mark> marks;
  for (std::size_t i = 0; i < static_cast<std::size_t>(xy.dim(0)); ++i) {
    const double x = points[2 * i], y = points[2 * i + 1];
    if (!is_drawable(x) || !is_drawable(y)) continue;
    const std::size_t group =
        groups.values.empty() ? 0 : static_cast<std::size_t>(groups.indices.data<std::int32_t>()[i]);
    const std::string_view label = options.labels.empty() ? "" : std::string_view(options.labels[i]);
    marks.push_back({frame.at_x(x), frame.at_y(y), colour_of(group), label});
    svg.dot(marks.back().x, marks.back().y, radius, marks.back().colour,
            fmt::format("{} ({:.4g}, {:.4g})", label, x, y));
  }
  draw_labels(svg, marks, frame.box);
  write_whole_file(path, svg.finish());
}

}  // namespace cornu::plot
