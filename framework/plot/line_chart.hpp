#pragma once
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::plot {

/// A named line: points (x[i], y[i]); x is 1, 2, 3, … when left out.
struct Series {
  std::string name;
  std::vector<double> y;
  std::vector<double> x = {};
  bool on_right = false;  ///< against an axis of its own, on the right side: accuracy beside loss
};

struct LineChartOptions {
  std::string title = {};
  std::string x_label = {};
  std::string y_label = {};
  std::string right_label = {};  ///< of the axis on the right, if a series stands there
  int width = 720;               ///< pixels
  int height = 440;              ///< pixels
};

/// Writes a chart, of training curves for example, as an SVG file, whole or not at all. A line has a gap where a number
/// is not finite. Throws ValueError for a path that ends otherwise than ".svg", no points, an x of another length than
/// y and a side below 200 pixels or above 20,000, FileError when the file cannot be written.
///
///     plot::line_chart("loss.svg", {{"loss", history["loss"]}, {"val_loss", history["val_loss"]}},
///                      {.title = "Training", .x_label = "epoch", .y_label = "loss"});
void line_chart(const std::string& path, const std::vector<Series>& series, const LineChartOptions& options = {});

}  // namespace cornu::plot
CORNU_EXPORT_END
