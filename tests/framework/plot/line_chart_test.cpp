#include <cornu/framework/plot/line_chart.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

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

TEST_CASE("line_chart: a series on the right has an axis of its own") {
  // 24 for the margin, 30 for the labels of the axis on the right; the plot is 52 … 404 pixels high
  const std::string svg = chart({{"loss", {0, 10}}, {.name = "accuracy", .y = {0.5, 1}, .on_right = true}},
                                {.y_label = "loss", .right_label = "accuracy"});
  CHECK(count(svg, "cy=\"404.00\"") == 2);  // the least loss and the least accuracy, though 10 is far above 1
  CHECK(count(svg, "cy=\"52.00\"") == 2);
  CHECK(count(svg, ">0.8<") == 1);
  CHECK(count(svg, ">8<") == 1);
  CHECK(count(svg, ">accuracy<") == 2);  // in the legend and at the axis
  CHECK(count(chart({{.name = "alone", .y = {1, 2}, .on_right = true}}), "<circle") == 2);
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
  CHECK_THROWS_AS(chart({{"a", {}}}), ValueError);
  CHECK(count(chart({{"a", {}}, {"b", {0.5}}}), "<circle") == 1);
  CHECK(count(chart({{"a", {NAN}}}), "NAN") == 0);
  CHECK(count(chart({{"a", std::vector<double>(1000, 1.0)}}), "<circle") == 0);
}

TEST_CASE("line_chart: any finite numbers, on either axis") {
  const double least = std::numeric_limits<double>::denorm_min(), most = std::numeric_limits<double>::max();
  const std::vector<std::vector<double>> all{
      {least},        {0, least},           {-least, least}, {most}, {-most, most}, {-1.7e308, 1.7e308},
      {1e200, 1e200}, {-1e-310, 2e-310, 0}, {1, 1 + 1e-15},  {0, 0}, {-0.},         {1e151, -3},
      {least, most},  {1e-290, 1e-291}};
  for (const std::vector<double>& numbers : all) {
    CAPTURE(numbers[0]);
    const std::vector<double> ones(numbers.size(), 1);
    for (const Series& series : {Series{"a", numbers}, Series{"a", ones, numbers}, Series{"a", numbers, numbers}}) {
      const std::string svg = chart({series});
      CHECK(count(svg, "<circle") == static_cast<int>(numbers.size()));
      CHECK(count(svg, "nan") == 0);
      CHECK(count(svg, "inf") == 0);
    }
  }
  // y from 52 to 404, an axis from -2e308 to 2e308
  const std::string svg = chart({{"a", {-1e308, 0, 1e308}}});
  for (const std::string place : {"cy=\"404.00\"", "cy=\"228.00\"", "cy=\"52.00\""}) CHECK(count(svg, place) == 1);
  const std::string small = chart({{"a", {-1e-310, 0, 1e-310}}});
  for (const std::string place : {"cy=\"404.00\"", "cy=\"228.00\"", "cy=\"52.00\""}) CHECK(count(small, place) == 1);
}

TEST_CASE("line_chart: what it refuses leaves an older file") {
  const TemporaryFolder folder;
  const std::string path = folder.write("chart.svg", "old");
  CHECK_THROWS_AS(line_chart(path, {}), ValueError);
  CHECK_THROWS_AS(line_chart(path, {{"a", {1, 2}, {1}}}), ValueError);
  CHECK_THROWS_AS(line_chart(path, {{"a", {1}}}, {.width = 199}), ValueError);
  CHECK_THROWS_AS(line_chart(path, {{"a", {1}}}, {.width = 20'001}), ValueError);
  CHECK_THROWS_AS(line_chart(path, {{"a", {1}}}, {.height = std::numeric_limits<int>::max()}), ValueError);
  const auto write = [&] { line_chart(folder.path("no/such/folder.svg"), {{"a", {1}}}); };
  CHECK(cornu::testing::message_of<FileError>(write).starts_with("[line_chart] cannot write '"));
  CHECK(folder.read("chart.svg") == "old");
}
