#include <cornu/framework/plot/axis.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <vector>

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
  for (const double value : std::initializer_list<double>{NAN, INFINITY, -INFINITY}) range.include(value);
  CHECK(range.empty());
  range.include(2);
  CHECK(range.low == 2);
  CHECK(range.high == 2);
}

TEST_CASE("axis: numbers near the ends of what a double holds are marked as others are") {
  const double least = std::numeric_limits<double>::denorm_min(), most = std::numeric_limits<double>::max();
  CHECK(make_axis({0, 3e-310}, 3, false, true).labels == Strings{"0", "1e-310", "2e-310", "3e-310"});
  CHECK(make_axis({0, 3e-324}, 3, false, true).labels.back() == "6e-324");
  CHECK(make_axis({0, 1e308}, 4, false, true).labels == Strings{"0", "5e+307", "1e+308"});
  CHECK(make_axis({-1.7e308, 1.7e308}, 4, false, true).labels ==
        Strings{"-2e+308", "-1e+308", "0", "1e+308", "2e+308"});
  CHECK(make_axis({1.5e308, 1.7e308}, 4, false, true).labels ==
        Strings{"1.5e+308", "1.55e+308", "1.6e+308", "1.65e+308", "1.7e+308"});
  CHECK(make_axis({0, 1.5 * least}, 2, true, false).labels.size() < 10);
  const Axis all = make_axis({-most, most}, 8, false, false), few = make_axis({-least, least}, 8, false, false);
  for (const Axis* axis : {&all, &few}) {
    const double end = axis == &all ? most : least;
    CHECK(axis->fraction(0) == doctest::Approx(0.5));
    CHECK(axis->fraction(end) == doctest::Approx(1.03 / 1.06));
    CHECK(axis->fraction(-end) == doctest::Approx(0.03 / 1.06));
  }
}

TEST_CASE("axis: any range of finite numbers has a few marks, in order") {
  const double least = std::numeric_limits<double>::denorm_min(), most = std::numeric_limits<double>::max();
  std::vector<double> values{0,      least,    2 * least, 3 * least, 1e-320, 2.3e-308,
                             1e-290, 1.1e-290, 1e-200,    1e-150,    1e-9,   1};
  for (const double value : {1 + 1e-15, 1 + 1e-9, 3., 1e6, 1e15, 1e16, 9e15, 1e18, 1e149, 1e150, 1e151, 1e290, 1.1e290,
                             1e307, most / 2, most})
    values.push_back(value);
  for (std::size_t i = values.size(); i-- > 0;) values.push_back(-values[i]);
  for (const double a : values) {
    for (const double b : values) {
      for (const int kind : {0, 1, 2, 3}) {
        Range range;
        range.include(a);
        range.include(b);
        const Axis axis = make_axis(range, 6, kind % 2 == 1, kind / 2 == 1);
        INFO("from ", a, " to ", b, ", kind ", kind);
        CHECK(axis.labels.size() == axis.ticks.size());
        CHECK(axis.ticks.size() <= 16);
        CHECK(std::is_sorted(axis.ticks.begin(), axis.ticks.end()));
        CHECK(axis.low < axis.high);
        for (const double value : {a, b}) {
          CHECK(axis.fraction(value) >= -1e-8);
          CHECK(axis.fraction(value) <= 1 + 1e-8);
        }
        for (std::size_t k = 1; k < axis.labels.size(); ++k) CHECK(axis.labels[k] != axis.labels[k - 1]);
      }
    }
  }
}
