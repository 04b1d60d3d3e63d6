#include <cornu/framework/base/read_number.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

using cornu::read_number;

TEST_CASE("read_number: decimal numbers, the nearest that the type holds") {
  CHECK(read_number<float>("0.1") == 0.1f);
  CHECK(read_number<double>("0.1") == 0.1);
  CHECK(read_number<float>("+1") == 1.f);
  CHECK(read_number<float>("-2.5e-1") == -0.25f);
  CHECK(read_number<float>(".5") == 0.5f);
  CHECK(read_number<float>("5.") == 5.f);
  CHECK(read_number<float>("1E+2") == 100.f);
  CHECK(read_number<float>("3.4028235e38") == std::numeric_limits<float>::max());
  CHECK(read_number<double>("1.7976931348623157e308") == std::numeric_limits<double>::max());
  // 1 + 2^-24 is halfway between two numbers of float32, and a little more is nearer to the upper one: not what comes
  // of rounding to a double first.
  CHECK(read_number<float>("1.00000005960464477539062500000000000000001") == 1 + 0x1p-23f);
}

TEST_CASE("read_number: what is too small is a subnormal number, or 0 of its sign") {
  CHECK(read_number<float>("1.4e-45") == std::numeric_limits<float>::denorm_min());
  CHECK(read_number<float>("1e-40") == 1e-40f);
  CHECK(read_number<double>("5e-324") == std::numeric_limits<double>::denorm_min());
  for (const std::string text : {"1e-50", "7e-46", "1e-400", "1e-99999999999999999999", "0.1E-50", "123456789e-70"}) {
    CAPTURE(text);
    CHECK(read_number<float>(text) == 0.f);
    CHECK(!std::signbit(*read_number<float>(text)));
    CHECK(read_number<float>("+" + text) == 0.f);
    REQUIRE(read_number<float>("-" + text));
    CHECK(std::signbit(*read_number<float>("-" + text)));
  }
  CHECK(read_number<double>("1e-50") == 1e-50);
  CHECK(read_number<double>("1e-400") == 0.);
  CHECK(read_number<float>("0." + std::string(400, '0') + "1") == 0.f);
  CHECK(read_number<double>("0." + std::string(400, '0') + "1") == 0.);
  CHECK(read_number<double>("0." + std::string(400, '0') + "1e401") == 1.);
  CHECK(read_number<float>("1" + std::string(400, '0') + "e-500") == 0.f);
}

TEST_CASE("read_number: what is too large is no number") {
  for (const std::string text : {"1e39", "-1e39", "1e400", "1e99999999999999999999", "3.4028236e38", "0.001e60"}) {
    CAPTURE(text);
    CHECK(!read_number<float>(text));
  }
  CHECK(read_number<double>("1e39") == 1e39);
  CHECK(!read_number<double>("1e400"));
  CHECK(!read_number<double>(std::string(400, '9')));
}

TEST_CASE("read_number: other texts are no numbers") {
  for (const std::string text :
       {"",  "+",   "-",    "+-1",   "++1", "--1",  "-+1",      " 1",  "1 ",     "1x",    "1e", "e5",
        ".", "1,5", "0x10", "0x1p3", "inf", "-inf", "infinity", "nan", "nan(1)", "1_000", "١"}) {
    CAPTURE(text);
    CHECK(!read_number<float>(text));
    CHECK(!read_number<double>(text));
  }
  CHECK(!read_number<float>(std::string_view("1\0", 2)));
}
