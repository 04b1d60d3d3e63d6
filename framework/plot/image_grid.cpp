#include <cornu/framework/plot/image_grid.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/plot/heading.hpp>
#include <cornu/framework/plot/png.hpp>
#include <cornu/framework/plot/svg.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::plot {

namespace {

constexpr double margin = 16, gap = 12, title_size = 12;

void check_count(std::string_view name, const std::vector<std::string>& given, std::int64_t count) {
  if (given.empty() || std::ssize(given) == count) return;
  throw ShapeError("image_grid",
                   fmt::format("{} do not fit the images; got {}; expected {} or none", name, given.size(), count));
}

void check(const Tensor& images, const ImageGridOptions& options) {
  const bool is_grey = images.rank() == 3 || (images.rank() == 4 && images.dim(3) == 1);
  if (!is_grey && !(images.rank() == 4 && images.dim(3) == 3))
    throw ShapeError("image_grid", fmt::format("images must be (n, h, w), (n, h, w, 1) or (n, h, w, 3); got shape {}{}",
                                               images.shape(),
                                               images.rank() == 4 && (images.dim(1) == 3 || images.dim(1) == 1)
                                                   ? "; colours go last: ops::transpose(images, {0, 2, 3, 1})"
                                                   : ""));
  if (images.size() == 0)
    throw ValueError("image_grid", fmt::format("there is nothing to draw; got shape {}", images.shape()));
  check_count("titles", options.titles, images.dim(0));
  check_count("highlights", options.highlight, images.dim(0));
  if (options.columns < 0 || options.image_width < 1 || !(options.white.value_or(1) > 0))
    throw ValueError("image_grid", fmt::format("sizes must be positive; got columns {}, image_width {}, white {}",
                                               options.columns, options.image_width, options.white.value_or(1)));
}

// Floating images of 0 … 255 would be white but for what is black.
void say_if_white(const Tensor& images, const ImageGridOptions& options) {
  if (!is_floating(images.dtype()) || options.white) return;
  double largest = 0;
  detail::for_floating_type(images.dtype(), [&]<class T>(T) {
    for (const T value : images.values<T>()) largest = std::max(largest, static_cast<double>(value));
  });
  if (largest > 2)
    log(fmt::format(
        "image_grid: the brightest value is {:.4g}, and all from 1 on are drawn white; {{.white = 255}} tells "
        "what white is\n",
        largest));
}

// The i-th image with its values as bytes, 255 for `white`.
Pixels pixels_of(const Tensor& images, std::int64_t i, double white) {
  const std::int64_t channels = images.rank() == 4 ? images.dim(3) : 1,
                     count = images.dim(1) * images.dim(2) * channels;
  Pixels pixels{static_cast<std::uint32_t>(images.dim(2)),
                static_cast<std::uint32_t>(images.dim(1)),
                static_cast<std::uint32_t>(channels),
                {}};
  detail::for_any_type(images.dtype(), [&]<class T>(T) {
    const T* first = images.data<T>() + i * count;
    for (const T* value = first; value != first + count; ++value) {
      const double share = static_cast<double>(*value) / white;
      pixels.values.push_back(share > 0 ? static_cast<std::uint8_t>(std::lround(255 * std::min(share, 1.0))) : 0);
    }
  });
  return pixels;
}

// Where the images stand.
struct Grid {
  std::int64_t columns, rows;
  double image_width, image_height, cell_width, cell_height, top;

  double width() const { return 2 * margin + static_cast<double>(columns) * (cell_width + gap) - gap; }
  double height() const { return top + static_cast<double>(rows) * (cell_height + gap) - gap + margin; }
};

Grid make_grid(const Tensor& images, const ImageGridOptions& options) {
  const std::int64_t count = images.dim(0);
  const auto square = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  const std::int64_t columns = std::min(options.columns > 0 ? options.columns : square, count);
  const double width = options.image_width;
  const double height = width * static_cast<double>(images.dim(1)) / static_cast<double>(images.dim(2));
  double widest = width;
  for (const std::string& title : options.titles) widest = std::max(widest, text_width(title, title_size));
  return {columns,
          (count + columns - 1) / columns,
          width,
          height,
          widest,
          height + (options.titles.empty() ? 0 : title_size + 8),
          margin + (options.title.empty() ? 0 : 30)};
}

void draw_image(Svg& svg, const Tensor& images, const ImageGridOptions& options, const Grid& grid, std::int64_t i) {
  const auto column = static_cast<double>(i % grid.columns), row = static_cast<double>(i / grid.columns);
  const double middle = margin + column * (grid.cell_width + gap) + grid.cell_width / 2;
  const double left = middle - grid.image_width / 2, top = grid.top + row * (grid.cell_height + gap);
  const auto place = static_cast<std::size_t>(i);
  const std::string colour = options.highlight.empty() ? "" : options.highlight[place];
  const double white = options.white.value_or(is_integer(images.dtype()) ? 255 : 1);
  svg.image(left, top, grid.image_width, grid.image_height, encode_png(pixels_of(images, i, white)));
  if (!colour.empty()) svg.rectangle(left - 1.5, top - 1.5, grid.image_width + 3, grid.image_height + 3, colour, 3);
  if (options.titles.empty()) return;
  svg.text(middle, top + grid.image_height + title_size + 5, options.titles[place],
           {.size = title_size, .anchor = "middle", .colour = colour.empty() ? "#333333" : std::string_view(colour)});
}

}  // namespace

void image_grid(const std::string& path, const Tensor& images, const ImageGridOptions& options) {
  static const std::string name = "image_grid";
  const ErrorScope scope(name);
  require_svg(name, path);
  check(images, options);
  say_if_white(images, options);
  const Grid grid = make_grid(images, options);
  const double width = std::max(grid.width(), 2 * margin + text_width(options.title, 17));
  Svg svg(width, grid.height(), options.title);
  draw_heading(svg, options.title, {}, margin, width);
  for (std::int64_t i = 0; i < images.dim(0); ++i) draw_image(svg, images, options, grid, i);
  write_whole_file(path, svg.finish());
}

}  // namespace cornu::plot
