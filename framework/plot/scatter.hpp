#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::plot {

struct ScatterOptions {
  std::vector<std::string> labels = {};  ///< a name for each point, or none
  std::string title = {};
  std::string x_label = {};
  std::string y_label = {};
  /// What each point belongs to: equal names have one colour, which a legend names.
  std::vector<std::string> groups = {};
  int width = 800;                                                 ///< pixels
  int height = 640;                                                ///< pixels
  std::vector<std::pair<std::int64_t, std::int64_t>> arrows = {};  ///< from a point to another, by their rows
};

/// Writes points as an SVG file, whole or not at all. xy: (n, 2) float32 or float64; points that are not finite are
/// left out, with their arrows. A label stands beside its point where no other one is in the way; all of them appear
/// under the mouse.
///
/// Throws ShapeError for another shape and for a number of labels or groups other than n, ValueError for a path that
/// ends otherwise than ".svg", another dtype and a side below 200 pixels or above 20,000, IndexError for an arrow from
/// or to a point that there is not, and FileError when the file cannot be written.
///
///     plot::scatter("embedding.svg", pca.transform(table.vectors()), {.labels = table.words()});
void scatter(const std::string& path, const Tensor& xy, const ScatterOptions& options = {});

}  // namespace cornu::plot
CORNU_EXPORT_END
