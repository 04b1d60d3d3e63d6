#pragma once
// Internal: what a chart is drawn with.
#include <string>
#include <string_view>

namespace cornu::plot {

/// How a text stands.
struct TextStyle {
  double size = 12;
  std::string_view anchor = "start";  ///< "start", "middle" or "end": which part of the text stands at x
  std::string_view colour = "#333333";
  bool bold = false;
  bool upwards = false;  ///< turned by a quarter, to be read from below
};

/// A picture in the making. Coordinates are in pixels, y grows downwards. All text is escaped.
class Svg {
 public:
  /// `title` is what a browser's tab and a screen reader say.
  Svg(double width, double height, std::string_view title);

  void line(double x1, double y1, double x2, double y2, std::string_view colour, double width = 1);
  void rectangle(double x, double y, double width, double height, std::string_view colour, double border_width);
  /// A filled dot; `hint` appears under the mouse.
  void dot(double x, double y, double radius, std::string_view colour, std::string_view hint);
  void text(double x, double y, std::string_view text, const TextStyle& style = {});
  /// `path` in SVG's own words: "M0 0L1 1".
  void path(std::string_view path, std::string_view colour, double width);
  /// A PNG file's bytes, its pixels enlarged without smoothing.
  void image(double x, double y, double width, double height, std::string_view png);

  /// The whole file.
  std::string finish() const { return body_ + "</svg>\n"; }

 private:
  std::string body_;
};

/// Text that may stand in XML: &, <, >, " and ' as entities; U+FFFD for what XML or UTF-8 does not allow.
std::string escape_xml(std::string_view text);

/// About how wide a text is: there are no fonts to measure with.
double text_width(std::string_view text, double size);

/// Colours for series, classes and groups: the i-th of ten, from the start again after them.
std::string_view colour_of(std::size_t i);

}  // namespace cornu::plot
