#include <cornu/framework/plot/line_chart.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::FileError;
using cornu::ValueError;
using cornu::plot::line_chart;
using cornu::plot::LineChartOptions;
using cornu::plot::Series;
using cornu::testing::TemporaryFolder;

namespace {

std::string chart(const std::vector<Series>& series, const LineChartOptions& options = {}) {
  const TemporaryFolder folder;
  line_chart(folder.path("chart.svg"), series, options);
  return folder.read("chart.svg");
}

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("line_chart: a line and dots for each series, its name, title and axes") {
  const std::string svg = chart({{"loss", {0.69, 0.51, 0.38}}, {"val_loss", {0.62, 0.5, 0.47}}},
                                {.title = "Training <1>", .x_label = "epoch", .y_label = "loss & more"});
  CHECK(count(svg, "<circle") == 6);
  CHECK(count(svg, "stroke-linejoin") == 2);
  for (const std::string text : {">loss<", ">val_loss<", ">Training &lt;1&gt;</text>", ">epoch<", ">loss &amp; more<",
                                 ">1<", ">2<", ">3<", ">0.3<", ">0.7<", "<title>val_loss at 2: 0.5</title>"}) {
    CAPTURE(text);
    CHECK(count(svg, text) == 1);
  }
}

TEST_CASE("line_chart: points stand where their values are") {
  // no title: legend to 36, plot 52 … 404; y 0 … 1, x 0 … 10 with 3 % margins, right edge 696
  const std::string svg = chart({{"a", {0, 1, 0.5}, {0, 10, 5}}});
  CHECK(count(svg, "cy=\"404.00\"") == 1);
  CHECK(count(svg, "cy=\"52.00\"") == 1);
  CHECK(count(svg, "cy=\"228.00\"") == 1);
}

TEST_CASE("line_chart: a gap where a number is not finite") {
  const std::string svg = chart({{"a", {1, 2, NAN, 4, INFINITY, 6}}});
  CHECK(count(svg, "<circle") == 4);
  const std::size_t begin = svg.find(" d=\"M", svg.find("<circle") - 400);
  const std::string path = svg.substr(begin, svg.find("fill=\"none\"", begin) - begin);
  CHECK(count(path, "M") == 3);
  CHECK(count(path, "L") == 1);
}

TEST_CASE("line_chart: one point, none, and many without dots") {
  CHECK(count(chart({{"a", {0.5}}}), "<circle") == 1);
  CHECK(count(chart({{"a", {}}}), "<circle") == 0);
  CHECK(count(chart({{"a", {NAN}}}), "NAN") == 0);
  CHECK(count(chart({{"a", std::vector<double>(1000, 1.0)}}), "<circle") == 0);
}

TEST_CASE("line_chart: what it refuses leaves an older file") {
  const TemporaryFolder folder;
  const std::string path = folder.write("chart.svg", "old");
  CHECK_THROWS_AS(line_chart(path, {}), ValueError);
  CHECK_THROWS_AS(line_chart(path, {{"a", {1, 2}, {1}}}), ValueError);
  CHECK_THROWS_AS(line_chart(path, {{"a", {1}}}, {.width = 199}), ValueError);
  CHECK_THROWS_AS(line_chart(folder.path("no/such/folder.svg"), {{"a", {1}}}), FileError);
  CHECK(folder.read("chart.svg") == "old");
}
