#include <cornu/framework/callbacks/python_text.hpp>

#include <doctest/doctest.h>

#include <cmath>

using cornu::callbacks::detail::python_text;

// What repr() gives in Python 3.11.
TEST_CASE("python_text: numbers are written as Python writes them") {
  CHECK(python_text(0) == "0.0");
  CHECK(python_text(-0.0) == "-0.0");
  CHECK(python_text(1) == "1.0");
  CHECK(python_text(0.1) == "0.1");
  CHECK(python_text(static_cast<double>(0.1f)) == "0.10000000149011612");
  CHECK(python_text(1e-4) == "0.0001");
  CHECK(python_text(1e-5) == "1e-05");
  CHECK(python_text(1e15) == "1000000000000000.0");
  CHECK(python_text(1e16) == "1e+16");
  CHECK(python_text(5e-324) == "5e-324");
}

TEST_CASE("python_text: what is no number has a name, without a sign where it has no meaning") {
  CHECK(python_text(std::nan("")) == "nan");
  CHECK(python_text(-std::nan("")) == "nan");
  CHECK(python_text(HUGE_VAL) == "inf");
  CHECK(python_text(-HUGE_VAL) == "-inf");
}
