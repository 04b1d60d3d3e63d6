#pragma once
// Internal: pictures inside an SVG file.
#include <cstdint>
#include <string>
#include <vector>

namespace cornu::plot {

/// Pixels in rows from the top, 8 bits a channel: 1 channel for grey, 3 for red, green, blue.
struct Pixels {
  std::uint32_t width, height, channels;
  std::vector<std::uint8_t> values;  ///< width · height · channels
};

/// The bytes of a PNG file, not compressed: meant for small pictures.
std::string encode_png(const Pixels& pixels);

}  // namespace cornu::plot
