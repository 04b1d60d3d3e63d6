#include <cornu/framework/plot/heading.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <filesystem>

#include <cornu/framework/base/errors.hpp>

namespace cornu::plot {

double draw_heading(Svg& svg, std::string_view title, const std::vector<std::string>& names, double left,
                    double right) {
  constexpr double title_size = 17, title_height = 34, name_size = 13, row_height = 20;
  double x = left, bottom = 16;
  if (!title.empty()) {
    svg.text(left, bottom + title_size, title, {.size = title_size, .bold = true});
    bottom += title_height;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double width = 28 + text_width(names[i], name_size);
    if (i == 0 || x + width > right) {
      x = left;
      bottom += row_height;
    }
    svg.line(x, bottom - 9, x + 16, bottom - 9, colour_of(i), 4);
    svg.text(x + 22, bottom - 5, names[i], {.size = name_size});
    x += width + 14;
  }
  return bottom;
}

void require_room(std::string_view where, int width, int height) {
  const auto fits = [](int side) { return side >= 200 && side <= 20'000; };
  if (fits(width) && fits(height)) return;
  throw ValueError(where,
                   fmt::format("the sides of a picture must have 200 … 20000 pixels; got {} × {}", width, height));
}

void require_svg(std::string_view where, const std::string& path) {
  const std::string ending = std::filesystem::path(path).extension();
  if (ending.empty() || ending == ".svg") return;
  throw ValueError(where,
                   fmt::format("the picture is an SVG file; got the name '{}'; expected it to end with '.svg'", path));
}

}  // namespace cornu::plot
