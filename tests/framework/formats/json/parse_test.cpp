#include <cornu/framework/formats/json/parse.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using cornu::formats::JsonLimits;
using cornu::formats::parse_json;
using cornu::testing::message_of;

namespace {

Config parse(std::string_view text, const JsonLimits& limits = {}) { return parse_json(text, "x.json", limits); }

std::string error_of(std::string_view text, const JsonLimits& limits = {}) {
  return message_of<FileError>([&] { parse(text, limits); });
}

std::string fixture(std::string_view name) { return read_text_file(testing::fixture_path(name)); }

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("parse_json: what Python and Keras wrote is written again byte for byte") {
  CHECK(parse(fixture("archive/config.json")).to_json() == fixture("archive/config.json"));
  CHECK(parse(fixture("archive/values.json")).to_json() == fixture("archive/values.json"));
  CHECK(parse(fixture("archive/values.json")).to_json(4) == fixture("archive/values_indented.json"));
  CHECK(parse(fixture("archive/values_indented.json")).to_json() == fixture("archive/values.json"));
}

TEST_CASE("parse_json: each kind of value") {
  CHECK(parse("null").is_null());
  CHECK(parse(" true\n").as_bool());
  CHECK(parse("-7").as_int() == -7);
  CHECK(parse("9223372036854775807").as_int() == std::numeric_limits<std::int64_t>::max());
  CHECK(parse("1.0").is_double());
  CHECK(parse("1e2").as_double() == 100);
  CHECK(std::signbit(parse("-0.0").as_double()));
  CHECK(parse("\"\\u00fc\\ud83d\\ude00\\n\"").as_string() == "ü😀\n");
  CHECK(parse("\"größe\"").as_string() == "größe");
  CHECK(parse("[]").as_list().empty());
  CHECK(parse("{}").as_object().empty());
}

TEST_CASE("parse_json: NaN and the infinities are values, in strings they are text") {
  const Config values = parse(R"({"NaN": [NaN, "NaN", -Infinity, "\"NaN", Infinity], "b": NaN, "c": ""})");
  const auto& list = values["NaN"].as_list();
  CHECK(std::isnan(list[0].as_double()));
  CHECK(list[1].as_string() == "NaN");
  CHECK(list[2].as_double() == -std::numeric_limits<double>::infinity());
  CHECK(list[3].as_string() == "\"NaN");
  CHECK(list[4].as_double() == std::numeric_limits<double>::infinity());
  CHECK(std::isnan(values["b"].as_double()));
  CHECK(values["c"].as_string().empty());
  CHECK(std::isnan(parse("NaN").as_double()));
}

TEST_CASE("parse_json: a byte-order mark at the beginning is passed over, nowhere else") {
  CHECK(parse("\xEF\xBB\xBF{\"a\": 1}")["a"].as_int() == 1);
  CHECK(error_of("[\xEF\xBB\xBF 1]").find("not JSON") != std::string::npos);
}

TEST_CASE("parse_json: of repeated keys the last value stands at the first place") {
  CHECK(parse(R"({"a": 1, "b": 2, "a": 3, "c": 4, "b": 5, "a": [6]})").to_json() == R"({"a": [6], "b": 5, "c": 4})");
}

TEST_CASE("parse_json: whole numbers outside of int64 become doubles") {
  CHECK(parse("9223372036854775808").as_double() == 9223372036854775808.0);
  CHECK(parse("-9223372036854775809").as_double() == -9223372036854775808.0);
  CHECK(parse("100000000000000000000").as_double() == 1e20);
}

TEST_CASE("parse_json: an object of many keys takes no longer than its text deserves") {
  std::string text = "{\"k\": 0";
  for (int i = 0; i < 200'000; ++i) text += fmt::format(",\"{}\":1", i % 100'000);
  CHECK(parse(text + "}").as_object().size() == 100'001);
}

TEST_CASE("parse_json: nesting up to the limit, without recursion while it is read") {
  CHECK(parse(nested(200)).to_json() == nested(200));
  CHECK(error_of(nested(201)) == "[parse_json] 'x.json': more than 200 lists and objects inside each other");
  CHECK(error_of(std::string(10'000'000, '[')).find("more than 200") != std::string::npos);
  CHECK(error_of("[[]]", {.depth = 1}).find("more than 1 lists") != std::string::npos);
}

TEST_CASE("parse_json: size and number of values up to the limits") {
  CHECK(parse("[1,2]", {.bytes = 5, .values = 3}).as_list().size() == 2);
  CHECK(error_of("[1,2]", {.bytes = 4}) == "[parse_json] 'x.json': 5 bytes; expected at most 4");
  CHECK(error_of("[1,2]", {.values = 2}) == "[parse_json] 'x.json': more than the 2 values allowed");
  CHECK(error_of("[[],{}]", {.values = 2}).find("more than the 2 values") != std::string::npos);
}

TEST_CASE("parse_json: what is not JSON is refused with its place") {
  CHECK(error_of("{\"a\": 1,\n \"b\" 2}") == "[parse_json] 'x.json': not JSON; got '2' at line 2, column 6");
  CHECK(error_of("[1,").find("not JSON; got its end at line 1") != std::string::npos);
  for (const char* text : {"",
                           " ",
                           "[1 2]",
                           "[1,]",
                           "{\"a\":1,}",
                           "{a:1}",
                           "{1:2}",
                           "01",
                           "1.",
                           ".5",
                           "+1",
                           "0x1",
                           "nul",
                           "'a'",
                           "\"a",
                           "\"\\x\"",
                           "[1] 2",
                           "}",
                           "{\"a\"}",
                           "// c\n1",
                           "-",
                           "--1",
                           "1e",
                           "nan",
                           "inf",
                           "-NaN",
                           "Nan",
                           "NaNs",
                           "1NaN",
                           "{NaN: 1}",
                           "{Infinity: 1}",
                           "NaN NaN",
                           "[NaN\"a\"]",
                           "{\"a\"NaN}",
                           "\"\n\"",
                           "\"\t\"",
                           "\"\\ud800\"",
                           "\"\\ud800\\u0041\"",
                           "\"\xFF\"",
                           "\"\xC3\"",
                           "\"\xED\xA0\x80\""}) {
    CAPTURE(text);
    CHECK(error_of(text).find("not JSON") != std::string::npos);
  }
  CHECK(error_of(std::string_view("1\0 x", 4)) == "[parse_json] 'x.json': not JSON; got a zero byte");
  CHECK(error_of("[1e400]").find("a number that is too large for a double") != std::string::npos);
  CHECK(error_of("\"" + std::string(1'000'000, 'x')).size() < 200);
}

TEST_CASE("parse_json: a text cut short anywhere is refused") {
  const std::string text = fixture("archive/values.json");
  for (std::size_t length = 0; length < text.size(); ++length) {
    CAPTURE(length);
    CHECK_THROWS_AS(parse(text.substr(0, length)), FileError);
  }
}
