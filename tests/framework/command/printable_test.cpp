#include <doctest/doctest.h>

#include <string>

#include <cornu/framework/command/printable.hpp>

using cornu::command::printable;

TEST_CASE("printable: control characters become question marks; ends of lines, and letters of any alphabet, stay") {
  CHECK(printable("dense\n\xC3\xA4 \xE2\x94\x82") == "dense\n\xC3\xA4 \xE2\x94\x82");
  CHECK(printable("\x1B[31mred\x1B[0m") == "?[31mred?[0m");
  CHECK(printable(std::string("a\0b\r\t\x7F", 6)) == "a?b???");
  CHECK(printable("\xC2\x9B"
                  "2J\xC2\xA0") == "??2J\xC2\xA0");
  CHECK(printable("") == "");
}
