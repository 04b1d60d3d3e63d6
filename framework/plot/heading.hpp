#pragma once
// Internal: what stands above a chart.
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/plot/svg.hpp>

namespace cornu::plot {

/// Draws a title and below it names with the colours of their numbers, from left to right in as many rows as they need;
/// either may be empty. Gives the height of it all.
double draw_heading(Svg& svg, std::string_view title, const std::vector<std::string>& names, double left, double right);

/// Throws ValueError for a picture that has less than 200 pixels a side, or more than 20,000.
void require_room(std::string_view where, int width, int height);

/// Throws ValueError for the name of a file of another kind, "loss.png".
void require_svg(std::string_view where, const std::string& path);

}  // namespace cornu::plot
