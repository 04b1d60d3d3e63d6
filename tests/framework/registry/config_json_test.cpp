#include <doctest/doctest.h>

#include <bit>
#include <charconv>
#include <cstdint>
#include <limits>
#include <sstream>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/registry/config.hpp>

#include "tests/support/fixture.hpp"

using namespace cornu;

TEST_CASE("to_json: floating values are the text that Python gives") {
  std::istringstream lines(read_text_file(testing::fixture_path("archive/floats.txt")));
  std::string bits, text;
  int count = 0;
  for (; lines >> bits >> text; ++count) {
    std::uint64_t number = 0;
    std::from_chars(bits.data(), bits.data() + bits.size(), number, 16);
    CHECK(Config(std::bit_cast<double>(number)).to_json() == text);
  }
  CHECK(count > 400);
}

TEST_CASE("to_json: what JSON lacks is written as Python does") {
  CHECK(Config(std::numeric_limits<double>::quiet_NaN()).to_json() == "NaN");
  CHECK(Config(-std::numeric_limits<double>::quiet_NaN()).to_json() == "NaN");
  CHECK(Config(std::numeric_limits<double>::infinity()).to_json() == "Infinity");
  CHECK(Config(-std::numeric_limits<double>::infinity()).to_json() == "-Infinity");
}

TEST_CASE("to_json: a whole number that is a floating value stays one") {
  CHECK(Config(1.0).to_json() == "1.0");
  CHECK(Config(-0.0).to_json() == "-0.0");
  CHECK(Config(1e15).to_json() == "1000000000000000.0");
  CHECK(Config(1e16).to_json() == "1e+16");
  CHECK(Config(1e-7).to_json() == "1e-07");
  CHECK(Config(1).to_json() == "1");
  CHECK(Config(std::numeric_limits<std::int64_t>::min()).to_json() == "-9223372036854775808");
}

TEST_CASE("to_json: text is ASCII, escaped as Python does") {
  CHECK(Config("say \"hi\"\\ /").to_json() == R"("say \"hi\"\\ /")");
  CHECK(Config(std::string("\n\r\t\f\b\0\x1F\x7F", 8)).to_json() == R"("\n\r\t\f\b\u0000\u001f\u007f")");
  CHECK(Config("ü 数 😀").to_json() == R"("\u00fc \u6570 \ud83d\ude00")");
  CHECK(Config::object({{"a\"ü", Config::list({false, 1.5, -2})}}).to_json() == R"({"a\"\u00fc": [false, 1.5, -2]})");
}

TEST_CASE("to_json: with an indent each value has its line, but for empty lists and objects") {
  const Config value = Config::object({{"a", Config::list({1, Config::list(), Config::object()})}, {"b", nullptr}});
  CHECK(value.to_json() == R"({"a": [1, [], {}], "b": null})");
  CHECK(value.to_json(2) == "{\n  \"a\": [\n    1,\n    [],\n    {}\n  ],\n  \"b\": null\n}");
  CHECK(Config::list().to_json(2) == "[]");
}

TEST_CASE("to_json: refuses text that is not UTF-8, as a value and as a key") {
  CHECK_THROWS_AS(Config("\xFF").to_json(), ValueError);
  CHECK_THROWS_AS(Config::object({{"\xC3", 1}}).to_json(), ValueError);
}
