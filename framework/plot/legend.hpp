#pragma once
#include <string>
#include <vector>

#include <cornu/framework/plot/svg.hpp>

namespace cornu::plot {

/// Draws names with their colours from left to right, in as many rows as they need, the first one's text standing at
/// `top`. Gives the height of it all.
double draw_legend(Svg& svg, const std::vector<std::string>& names, double left, double top, double right);

}  // namespace cornu::plot
