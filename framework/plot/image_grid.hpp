#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::plot {

struct ImageGridOptions {
  std::vector<std::string> titles = {};     ///< under each image: one a picture, or none
  std::int64_t columns = 0;                 ///< images in a row; 0: as many as make the grid about square
  std::vector<std::string> highlight = {};  ///< CSS colour of each image's frame and title; "" for none
  std::string title = {};                   ///< above all
  std::optional<double> white = {};         ///< the value drawn white; 1 for floating images and 255 for integer ones
  int image_width = 96;                     ///< pixels; the height follows
};

/// Writes images as a grid in an SVG file, whole or not at all. images: (n, h, w), (n, h, w, 1) or, in colour,
/// (n, h, w, 3), from 0, which is black, up to `white`; a value outside is drawn as the nearest inside.
///
/// Throws ShapeError for other shapes and for a number of titles or highlights other than n; ValueError for a path
/// that ends otherwise than ".svg", no images,
/// negative columns, and a white or an image_width that is not positive; FileError when the file cannot be written.
///
///     plot::image_grid("predictions.svg", images, {.titles = names, .columns = 8, .highlight = colours});
void image_grid(const std::string& path, const Tensor& images, const ImageGridOptions& options = {});

}  // namespace cornu::plot
CORNU_EXPORT_END
