#include <cornu/framework/plot/scatter.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <limits>

#include <cornu/framework/tensor/random.hpp>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::ShapeError;
using cornu::Tensor;
using cornu::ValueError;
using cornu::plot::scatter;
using cornu::plot::ScatterOptions;
using cornu::testing::TemporaryFolder;

namespace {

std::string plot(const Tensor& xy, const ScatterOptions& options = {}) {
  const TemporaryFolder folder;
  scatter(folder.path("plot.svg"), xy, options);
  return folder.read("plot.svg");
}

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("scatter: a dot for each point, with its label") {
  const std::string svg = plot(Tensor({{0.f, 0.f}, {1.f, 1.f}, {0.5f, 0.2f}}),
                               {.labels = {"a", "b<", ""}, .title = "T", .x_label = "first", .y_label = "second"});
  CHECK(count(svg, "<circle") == 3);
  CHECK(count(svg, ">a</text>") == 1);
  CHECK(count(svg, ">b&lt;</text>") == 1);
  CHECK(count(svg, "<title>b&lt; (1, 1)</title>") == 1);
  CHECK(count(svg, "<title>(0.5, 0.2)</title>") == 1);
  CHECK(count(svg, ">first</text>") == 1);
  CHECK(count(svg, ">second</text>") == 1);
}

TEST_CASE("scatter: labels that would cover each other are left to the mouse") {
  const std::string svg = plot(Tensor::zeros({50, 2}), {.labels = std::vector<std::string>(50, "same")});
  CHECK(count(svg, "<title>same (0, 0)</title>") == 50);
  CHECK(count(svg, ">same</text>") == 4);  // right, left, above, below
}

TEST_CASE("scatter: any finite points, on either axis") {
  const double least = std::numeric_limits<double>::denorm_min(), most = std::numeric_limits<double>::max();
  const std::vector<double> numbers{least, 1e-310, 1, 1e151, -1.7e308, most};
  const auto check = [](const Tensor& xy) {
    std::vector<std::string> labels(static_cast<std::size_t>(xy.dim(0)), "name");
    const std::string svg = plot(xy, {.labels = labels, .arrows = {{0, xy.dim(0) - 1}}});
    CHECK(count(svg, "<circle") == xy.dim(0));
    CHECK(count(svg, "nan") == 0);
    CHECK(count(svg, "inf") == 0);
  };
  for (const double a : numbers) {
    CAPTURE(a);
    check(Tensor({{a, 1.}}));
    for (const double b : numbers) {
      check(Tensor({{a, 1.}, {b, 2.}}));
      check(Tensor({{1., a}, {2., b}}));
      check(Tensor({{a, a}, {b, b}}));
    }
  }
  check(Tensor({{1e-45f, 3e38f}, {-1e-45f, -3e38f}}));
  // the middle of the plot: 24 + the labels' width … 776, 24 … 604
  CHECK(count(plot(Tensor({{0., -1e308}, {0., 0.}, {0., 1e308}})), "cy=\"314.00\"") == 1);
}

TEST_CASE("scatter: groups have colours and a legend") {
  const std::string svg = plot(Tensor({{0., 0.}, {1., 1.}, {2., 0.}}), {.groups = {"x", "y", "x"}});
  CHECK(count(svg, ">x</text>") == 1);
  CHECK(count(svg, ">y</text>") == 1);
  CHECK(count(svg, "r=\"3\" fill=\"#3b6fb6\"") == 2);
  CHECK(count(svg, "r=\"3\" fill=\"#e07b39\"") == 1);
}

TEST_CASE("scatter: an arrow goes from point to point, and ends before the second's dot") {
  const Tensor xy({{0., 0.}, {1., 0.}, {2., 1.}});
  const std::string with = plot(xy, {.arrows = {{0, 1}, {1, 2}}}), without = plot(xy);
  CHECK(count(with, "stroke=\"#9aa3ad\"") == 2);
  CHECK(count(without, "stroke=\"#9aa3ad\"") == 0);
  CHECK(count(with, "<path") == count(without, "<path") + 2);

  const std::size_t path = with.find("stroke=\"#9aa3ad\"");
  const std::string arrow = with.substr(with.rfind("<path", path), path - with.rfind("<path", path));
  double x = 0, y = 0, tip_x = 0, tip_y = 0, dot_x = 0;
  REQUIRE(std::sscanf(arrow.c_str(), "<path d=\"M%lf %lfL%lf %lfM", &x, &y, &tip_x, &tip_y) == 4);
  const std::size_t dot = with.find("cx=\"", with.find("<circle", with.find("<circle") + 1));
  REQUIRE(std::sscanf(with.c_str() + dot, "cx=\"%lf", &dot_x) == 1);
  CHECK(tip_y == y);
  CHECK(tip_x == doctest::Approx(dot_x - 4));
}

TEST_CASE("scatter: an arrow to nowhere is left out with its point, and one from a point to itself") {
  const Tensor xy({{0.f, 0.f}, {NAN, 1.f}, {0.f, 0.f}});
  CHECK(count(plot(xy, {.arrows = {{0, 1}, {1, 2}, {0, 0}, {0, 2}}}), "stroke=\"#9aa3ad\"") == 0);
}

TEST_CASE("scatter: no points, points that are not finite, and ten thousand") {
  CHECK(count(plot(Tensor::zeros({0, 2})), "<circle") == 0);
  CHECK(count(plot(Tensor({{NAN, 0.f}, {INFINITY, 1.f}, {1.f, 1.f}})), "<circle") == 1);
  const std::string svg =
      plot(cornu::random::normal({10'000, 2}), {.labels = std::vector<std::string>(10'000, "word")});
  CHECK(count(svg, "<circle") == 10'000);
  CHECK(count(svg, ">word</text>") > 20);
}

TEST_CASE("scatter: what it refuses") {
  const Tensor xy = Tensor::zeros({3, 2});
  CHECK_THROWS_AS(plot(Tensor::zeros({3, 3})), ShapeError);
  CHECK_THROWS_AS(plot(Tensor::zeros({2})), ShapeError);
  CHECK_THROWS_AS(plot(Tensor({{1, 2}})), ValueError);
  CHECK_THROWS_AS(plot(xy, {.labels = {"a"}}), ShapeError);
  CHECK_THROWS_AS(plot(xy, {.groups = {"a", "b", "c", "d"}}), ShapeError);
  CHECK_THROWS_AS(plot(xy, {.height = 10}), ValueError);
  CHECK_THROWS_AS(plot(xy, {.arrows = {{0, 3}}}), cornu::IndexError);
  CHECK_THROWS_AS(plot(xy, {.arrows = {{-1, 0}}}), cornu::IndexError);
  CHECK_THROWS_AS(plot(xy, {.width = 20'001}), ValueError);
  CHECK_THROWS_AS(plot(xy, {.width = 1'000'000, .height = 1'000'000}), ValueError);
  CHECK(cornu::testing::message_of<cornu::FileError>([&] {
          scatter("/nonexistent/plot.svg", xy);
        }).starts_with("[scatter] cannot write '"));
}
