#include <cornu/framework/command/numbers.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace cornu;

namespace {

// What `--n TEXT` gives; nothing if it is refused.
std::optional<std::int64_t> integer(const std::string& text, std::int64_t least = -100, std::int64_t most = 1000) {
  CLI::App app;
  std::int64_t value = 0;
  command::add_integer(app, "--n", value, "a number", least, most);
  try {
    app.parse(std::vector<std::string>{"--n=" + text});
  } catch (const CLI::Error&) {
    return std::nullopt;
  }
  return value;
}

std::optional<double> number(const std::string& text, double least = 0, double most = 1e300) {
  CLI::App app;
  double value = 0;
  command::add_number(app, "--n", value, "a number", least, most);
  try {
    app.parse(std::vector<std::string>{"--n=" + text});
  } catch (const CLI::Error&) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

TEST_CASE("numbers of the program: whole decimal numbers, with a sign, within their limits") {
  CHECK(integer("5") == 5);
  CHECK(integer("-7") == -7);
  CHECK(integer("010") == 10);  // not octal
  CHECK(integer("08") == 8);
  CHECK(integer("1000") == 1000);
  CHECK_FALSE(integer("1001"));
  CHECK_FALSE(integer("-1", 0));
  for (const char* text : {"", " 5", "5 ", "+5", "1.5", "1e2", "0x10", "5,6", "[5]", "five", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(integer(text));
  }
}

TEST_CASE("numbers of the program: finite decimal numbers within their limits") {
  CHECK(number("0.5") == 0.5);
  CHECK(number("1e-3") == 1e-3);
  CHECK_FALSE(number("-0.5"));
  CHECK_FALSE(number("1.5", 0, 1));
  for (const char* text : {"", "nan", "NaN", "inf", "-inf", "1e400", " 0.5", "0.5 ", "0,5", "0x1p3", "half"}) {
    CAPTURE(text);
    CHECK_FALSE(number(text));
  }
}
