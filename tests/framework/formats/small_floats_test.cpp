#include <cornu/framework/formats/small_floats.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using cornu::formats::bfloat16_of_float;
using cornu::formats::float_of_bfloat16;
using cornu::formats::float_of_e4m3;
using cornu::formats::float_of_e5m2;
using cornu::formats::float_of_half;
using cornu::formats::half_of_float;

TEST_CASE("small floats: each half and each bfloat16 comes back from its float") {
  int wrong = 0;
  for (int bits = 0; bits < 1 << 16; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    if (!std::isnan(float_of_half(half)) && half_of_float(float_of_half(half)) != half) ++wrong;
    if (!std::isnan(float_of_bfloat16(half)) && bfloat16_of_float(float_of_bfloat16(half)) != half) ++wrong;
    if (std::isnan(float_of_half(half)) != std::isnan(float_of_half(half_of_float(float_of_half(half))))) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("small floats: halves are those of IEEE 754") {
  CHECK(float_of_half(0x3C00) == 1);
  CHECK(float_of_half(0xC100) == -2.5);
  CHECK(float_of_half(0x0001) == 0x1p-24f);
  CHECK(float_of_half(0x7BFF) == 65504);
  CHECK(float_of_half(0xFC00) == -std::numeric_limits<float>::infinity());
}

TEST_CASE("small floats: a float goes to the nearest half, to the even one between two") {
  int wrong = 0;
  for (std::uint16_t bits = 0; bits < 0x7BFF; ++bits) {
    const float low = float_of_half(bits), high = float_of_half(static_cast<std::uint16_t>(bits + 1));
    const float middle = low + (high - low) / 2;
    const std::uint16_t even = bits % 2 == 0 ? bits : static_cast<std::uint16_t>(bits + 1);
    if (half_of_float(middle) != even || half_of_float(-middle) != (even | 0x8000)) ++wrong;
    if (half_of_float(std::nextafter(middle, low)) != bits) ++wrong;
    if (half_of_float(std::nextafter(middle, high)) != bits + 1) ++wrong;
  }
  CHECK(wrong == 0);
  CHECK(half_of_float(65519.99f) == 0x7BFF);
  CHECK(half_of_float(65520.f) == 0x7C00);
  CHECK(half_of_float(-1e30f) == 0xFC00);
  CHECK(half_of_float(1e-30f) == 0);
}

TEST_CASE("small floats: E4M3 has no infinity and goes up to 448, E5M2 is half of a half") {
  CHECK(float_of_e4m3(0x38) == 1);
  CHECK(float_of_e4m3(0xC2) == -2.5);
  CHECK(float_of_e4m3(0x01) == 0x1p-9f);
  CHECK(float_of_e4m3(0x7E) == 448);
  CHECK(std::isnan(float_of_e4m3(0x7F)));
  CHECK(std::isnan(float_of_e4m3(0xFF)));
  CHECK(std::signbit(float_of_e4m3(0x80)));
  CHECK(float_of_e5m2(0x3C) == 1);
  CHECK(float_of_e5m2(0x7B) == 57344);
  CHECK(float_of_e5m2(0xFC) == -std::numeric_limits<float>::infinity());
}
