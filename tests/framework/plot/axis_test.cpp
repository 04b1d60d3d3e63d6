#include <cornu/framework/plot/axis.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

using cornu::plot::Axis;
using cornu::plot::make_axis;
using cornu::plot::Range;
using Strings = std::vector<std::string>;

TEST_CASE("axis: marks at multiples of 1, 2 or 5 times a power of ten") {
  CHECK(make_axis({0.38, 0.69}, 6, false, true).labels == Strings{"0.3", "0.4", "0.5", "0.6", "0.7"});
  CHECK(make_axis({0, 1}, 5, false, true).labels == Strings{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"});
  CHECK(make_axis({-1500, 98000}, 5, false, true).labels ==
        Strings{"-20000", "0", "20000", "40000", "60000", "80000", "100000"});
  CHECK(make_axis({-0.2, 0.1}, 3, false, true).labels == Strings{"-0.2", "-0.1", "0.0", "0.1"});
}

TEST_CASE("axis: large and small numbers take few digits that still tell the marks apart") {
  CHECK(make_axis({0, 4e9}, 4, false, true).labels == Strings{"0", "1e+09", "2e+09", "3e+09", "4e+09"});
  CHECK(make_axis({0, 3e-7}, 3, false, true).labels == Strings{"0", "1e-07", "2e-07", "3e-07"});
  const Axis axis = make_axis({1e6, 1e6 + 3}, 3, false, true);
  CHECK(axis.labels == Strings{"1000000", "1000001", "1000002", "1000003"});
}

TEST_CASE("axis: epochs are marked at whole numbers") {
  CHECK(make_axis({1, 3}, 9, true, false).labels == Strings{"1", "2", "3"});
  CHECK(make_axis({1, 100}, 10, true, false).labels ==
        Strings{"0", "10", "20", "30", "40", "50", "60", "70", "80", "90", "100"});
}

TEST_CASE("axis: it reaches to marks, or a little beyond its range") {
  const Axis to_ticks = make_axis({0.1, 0.9}, 5, false, true), beyond = make_axis({0.1, 0.9}, 5, false, false);
  CHECK(to_ticks.low == 0);
  CHECK(to_ticks.high == 1);
  CHECK(beyond.low == doctest::Approx(0.1 - 0.03 * 0.8));
  CHECK(beyond.high == doctest::Approx(0.9 + 0.03 * 0.8));
  CHECK(beyond.labels == Strings{"0.2", "0.4", "0.6", "0.8"});
  CHECK(to_ticks.fraction(0.25) == 0.25);
}

TEST_CASE("axis: one value, no value, and what cannot be drawn") {
  const Axis one = make_axis({5, 5}, 4, false, true);
  CHECK(one.low < 5);
  CHECK(one.high > 5);
  CHECK(make_axis({0, 0}, 4, false, true).low == -1);
  CHECK(make_axis({}, 4, false, true).labels == Strings{"0.0", "0.5", "1.0"});
  Range range;
  for (const double value : std::initializer_list<double>{NAN, INFINITY, -1e200}) range.include(value);
  CHECK(range.empty());
  range.include(2);
  CHECK(range.low == 2);
  CHECK(range.high == 2);
}
