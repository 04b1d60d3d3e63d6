#include <cornu/framework/plot/legend.hpp>

#include <cstddef>

namespace cornu::plot {

double draw_legend(Svg& svg, const std::vector<std::string>& names, double left, double top, double right) {
  constexpr double size = 13, row_height = 20;
  double x = left, y = top;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double width = 28 + text_width(names[i], size);
    if (x + width > right && x > left) {
      x = left;
      y += row_height;
    }
    svg.line(x, y - 4, x + 16, y - 4, colour_of(i), 4);
    svg.text(x + 22, y, names[i], {.size = size});
    x += width + 14;
  }
  return y - top + row_height;
}

}  // namespace cornu::plot
