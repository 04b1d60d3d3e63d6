#include <cornu/framework/plot/scatter.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/plot/axis.hpp>
#include <cornu/framework/plot/heading.hpp>
#include <cornu/framework/plot/svg.hpp>
#include <cornu/framework/text/unique.hpp>

namespace cornu::plot {

namespace {

constexpr double margin = 24, label_size = 11;

void check(const Tensor& xy, const ScatterOptions& options) {
  if (xy.rank() != 2 || xy.dim(1) != 2)
    throw ShapeError("scatter", fmt::format("points must be (n, 2); got shape {}", xy.shape()));
  if (!is_floating(xy.dtype()))
    throw ValueError("scatter",
                     fmt::format("points are not floating; got {}; expected float32 or float64", name_of(xy.dtype())));
  for (const auto* names : {&options.labels, &options.groups}) {
    if (names->empty() || std::ssize(*names) == xy.dim(0)) continue;
    throw ShapeError("scatter",
                     fmt::format("names do not fit the points; got {}; expected {} or none", names->size(), xy.dim(0)));
  }
  for (const auto& [from, to] : options.arrows) {
    if (from >= 0 && from < xy.dim(0) && to >= 0 && to < xy.dim(0)) continue;
    throw IndexError("scatter", fmt::format("an arrow joins points that are not there; got {} to {}; expected 0 … {}",
                                            from, to, xy.dim(0) - 1));
  }
  require_room("scatter", options.width, options.height);
}

// A point in the picture.
struct Mark {
  double x, y;
  std::string_view colour, label;
  std::string hint;
};

// Which parts of the picture are taken, in squares of a few pixels: quick with ten thousand words, too.
class Occupied {
 public:
  Occupied(int width, int height) : columns_(width / side + 1), rows_(height / side + 1) {
    taken_.resize(static_cast<std::size_t>(columns_ * rows_));
  }

  bool is_free(const Box& box) {
    bool free = true;
    for_each_square(box, [&free](std::vector<bool>::reference taken) { free = free && !taken; });
    return free;
  }
  void take(const Box& box) {
    for_each_square(box, [](std::vector<bool>::reference taken) { taken = true; });
  }

 private:
  static constexpr int side = 2;

  template <class F>
  void for_each_square(const Box& box, F f) {
    const auto place = [](double pixel, int count) { return std::clamp(static_cast<int>(pixel / side), 0, count - 1); };
    for (int row = place(box.top, rows_); row <= place(box.bottom, rows_); ++row)
      for (int column = place(box.left, columns_); column <= place(box.right, columns_); ++column)
        f(taken_[static_cast<std::size_t>(row * columns_ + column)]);
  }

  int columns_, rows_;
  std::vector<bool> taken_;
};

// Labels at the first free place right, left, above or below of their point, those of earlier points first.
void draw_labels(Svg& svg, const std::vector<Mark>& marks, const ScatterOptions& options, const Box& plot) {
  Occupied occupied(options.width, options.height);
  for (const Mark& mark : marks) occupied.take({mark.x - 2, mark.y - 2, mark.x + 2, mark.y + 2});
  for (const Mark& mark : marks) {
    if (mark.label.empty()) continue;
    const double width = text_width(mark.label, label_size), half = label_size / 2, away = 6;
    for (const auto& [x, y] :
         {std::pair{mark.x + away, mark.y - half}, std::pair{mark.x - away - width, mark.y - half},
          std::pair{mark.x - width / 2, mark.y - 8 - label_size}, std::pair{mark.x - width / 2, mark.y + 8}}) {
      const Box box{x, y, x + width, y + label_size};
      const bool inside = x >= plot.left && box.right <= plot.right && y >= plot.top && box.bottom <= plot.bottom;
      if (!inside || !occupied.is_free(box)) continue;
      occupied.take(box);
      svg.text(x, box.bottom - 2, mark.label, {.size = label_size});
      break;
    }
  }
}

// Axes around all points that can be drawn.
Frame make_frame(const std::vector<double>& xy, const ScatterOptions& options, double top) {
  Range xs, ys;
  for (std::size_t i = 0; i < xy.size(); i += 2) {
    if (!std::isfinite(xy[i]) || !std::isfinite(xy[i + 1])) continue;
    xs.include(xy[i]);
    ys.include(xy[i + 1]);
  }
  const Axis x = make_axis(xs, std::clamp(options.width / 90, 2, 10), false, false);
  const Axis y = make_axis(ys, std::clamp(options.height / 80, 2, 10), false, false);
  const double left = margin + label_width(y) + (options.y_label.empty() ? 0 : 20);
  return {{left, top, options.width - margin, options.height - (options.x_label.empty() ? 36.0 : 58.0)}, x, y};
}

// Where the points that can be drawn stand, with the colours of their groups.
std::vector<Mark> make_marks(const std::vector<double>& xy, const ScatterOptions& options, const Frame& frame,
                             const text::Unique& groups) {
  std::vector<Mark> marks;
  for (std::size_t i = 0; i < xy.size() / 2; ++i) {
    const double x = xy[2 * i], y = xy[2 * i + 1];
    if (!std::isfinite(x) || !std::isfinite(y)) continue;
    const std::int32_t group = options.groups.empty() ? 0 : groups.indices.data<std::int32_t>()[i];
    const std::string_view label = options.labels.empty() ? "" : std::string_view(options.labels[i]);
    marks.push_back({frame.at_x(x), frame.at_y(y), colour_of(static_cast<std::size_t>(group)), label,
                     fmt::format("{}{}({:.4g}, {:.4g})", label, label.empty() ? "" : " ", x, y)});
  }
  return marks;
}

// A line from point to point with an open head: it leaves room for the target's dot. None where they are too close.
void draw_arrow(Svg& svg, double x, double y, double to_x, double to_y) {
  constexpr double room = 4, head = 6, half_width = 2.5;
  const double length = std::hypot(to_x - x, to_y - y);
  if (length <= room) return;
  const double along_x = (to_x - x) / length, along_y = (to_y - y) / length;
  const double tip_x = to_x - room * along_x, tip_y = to_y - room * along_y;
  const double back_x = tip_x - head * along_x, back_y = tip_y - head * along_y;
  svg.path(fmt::format("M{:.2f} {:.2f}L{:.2f} {:.2f}M{:.2f} {:.2f}L{:.2f} {:.2f}L{:.2f} {:.2f}", x, y, tip_x, tip_y,
                       back_x - half_width * along_y, back_y + half_width * along_x, tip_x, tip_y,
                       back_x + half_width * along_y, back_y - half_width * along_x),
           "#9aa3ad", 1);
}

void draw_arrows(Svg& svg, const std::vector<double>& xy, const ScatterOptions& options, const Frame& frame) {
  for (const auto& [from, to] : options.arrows) {
    const double* a = xy.data() + 2 * from;
    const double* b = xy.data() + 2 * to;
    if (!std::isfinite(a[0]) || !std::isfinite(a[1]) || !std::isfinite(b[0]) || !std::isfinite(b[1])) continue;
    draw_arrow(svg, frame.at_x(a[0]), frame.at_y(a[1]), frame.at_x(b[0]), frame.at_y(b[1]));
  }
}

}  // namespace

void scatter(const std::string& path, const Tensor& xy, const ScatterOptions& options) {
  static const std::string name = "scatter";
  const ErrorScope scope(name);
  require_svg(name, path);
  check(xy, options);
  const std::vector<double> points = xy.astype(float64).to_vector<double>();
  const text::Unique groups = text::unique(options.groups);
  Svg svg(options.width, options.height, options.title);
  const double top = 8 + draw_heading(svg, options.title, groups.values, margin, options.width - margin);
  const Frame frame = make_frame(points, options, top);
  frame.draw(svg, options.x_label, options.y_label);
  draw_arrows(svg, points, options, frame);
  const std::vector<Mark> marks = make_marks(points, options, frame, groups);
  for (const Mark& mark : marks) svg.dot(mark.x, mark.y, marks.size() > 500 ? 2 : 3, mark.colour, mark.hint);
  draw_labels(svg, marks, options, frame.box);
  write_whole_file(path, svg.finish());
}

}  // namespace cornu::plot
