#include <cornu/framework/plot/image_grid.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <cornu/framework/plot/png.hpp>
#include <cornu/framework/plot/svg.hpp>

#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using cornu::ShapeError;
using cornu::Tensor;
using cornu::ValueError;
using cornu::plot::image_grid;
using cornu::plot::ImageGridOptions;
using cornu::testing::TemporaryFolder;

namespace {

std::string grid(const Tensor& images, const ImageGridOptions& options = {}) {
  const TemporaryFolder folder;
  image_grid(folder.path("grid.svg"), images, options);
  return folder.read("grid.svg");
}

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// What a picture of these bytes looks like in the file.
std::string encoded(const cornu::plot::Pixels& pixels) {
  cornu::plot::Svg svg(1, 1, "");
  svg.image(0, 0, 1, 1, encode_png(pixels));
  const std::string text = svg.finish();
  return text.substr(text.find("base64,"), text.find("\"/>") - text.find("base64,"));
}

}  // namespace

TEST_CASE("image_grid: floating images from 0 to 1, integers from 0 to 255, masks black and white") {
  const std::string half = encoded({2, 1, 1, {0, 128}}), ends = encoded({2, 1, 1, {0, 255}});
  CHECK(count(grid(Tensor({{{0.f, 0.5f}}})), half) == 1);
  CHECK(count(grid(Tensor({{{0, 128}}})), half) == 1);
  CHECK(count(grid(Tensor({{{0., 4.}}}), {.white = 8}), half) == 1);
  CHECK(count(grid(Tensor({{{false, true}}})), ends) == 1);
  CHECK(count(grid(Tensor({{{-7.f, 7.f}}})), ends) == 1);
  CHECK(count(grid(Tensor({{{NAN, INFINITY}}})), ends) == 1);
}

TEST_CASE("image_grid: colour, and a channel axis of one") {
  const Tensor colour = Tensor({255, 0, 0, 0, 255, 0}).with_shape({1, 1, 2, 3});
  CHECK(count(grid(colour), encoded({2, 1, 3, {255, 0, 0, 0, 255, 0}})) == 1);
  CHECK(count(grid(Tensor({{{0, 255}}}).with_shape({1, 1, 2, 1})), encoded({2, 1, 1, {0, 255}})) == 1);
}

TEST_CASE("image_grid: columns, titles and highlights") {
  const std::string svg = grid(Tensor::zeros({5, 4, 4}), {.titles = {"a", "b", "<c>", "d", "e"},
                                                          .columns = 2,
                                                          .highlight = {"", "red", "", "", "#0a0"},
                                                          .title = "Predictions"});
  CHECK(count(svg, "<image") == 5);
  CHECK(count(svg, "x=\"16.00\"") == 4);  // three images in the first column, and the title
  CHECK(count(svg, ">&lt;c&gt;</text>") == 1);
  CHECK(count(svg, "stroke=\"red\"") == 1);
  CHECK(count(svg, "fill=\"red\"") == 1);
  CHECK(count(svg, "stroke=\"#0a0\"") == 1);
  CHECK(count(svg, ">Predictions</text>") == 1);
}

TEST_CASE("image_grid: without columns the grid is about square") {
  CHECK(count(grid(Tensor::zeros({9, 2, 2})), "x=\"16.00\"") == 3);
  CHECK(count(grid(Tensor::zeros({1, 2, 2})), "<image") == 1);
  CHECK(count(grid(Tensor::zeros({2, 3, 6})), "width=\"96.00\" height=\"48.00\"") == 2);
}

TEST_CASE("image_grid: values and a white of any size") {
  const double least = std::numeric_limits<double>::denorm_min(), most = std::numeric_limits<double>::max();
  const Tensor image({{{most, -most, least, -least, most / 2, 0.}}});
  CHECK(count(grid(image, {.white = most}), encoded({6, 1, 1, {255, 0, 0, 0, 128, 0}})) == 1);
  CHECK(count(grid(image, {.white = least}), encoded({6, 1, 1, {255, 0, 255, 0, 255, 0}})) == 1);
  CHECK(count(grid(image, {.image_width = std::numeric_limits<int>::max()}), "<image") == 1);
}

TEST_CASE("image_grid: what it refuses") {
  const Tensor images = Tensor::zeros({2, 4, 4});
  CHECK_THROWS_AS(grid(Tensor::zeros({4, 4})), ShapeError);
  CHECK_THROWS_AS(grid(Tensor::zeros({1, 4, 4, 2})), ShapeError);
  CHECK_THROWS_AS(grid(Tensor::zeros({0, 4, 4})), ValueError);
  CHECK_THROWS_AS(grid(Tensor::zeros({1, 0, 4})), ValueError);
  CHECK_THROWS_AS(grid(images, {.titles = {"a"}}), ShapeError);
  CHECK_THROWS_AS(grid(images, {.highlight = {"red", "", ""}}), ShapeError);
  CHECK_THROWS_AS(grid(images, {.columns = -1}), ValueError);
  CHECK_THROWS_AS(grid(images, {.white = 0.0}), ValueError);
  CHECK_THROWS_AS(grid(images, {.image_width = 0}), ValueError);
  CHECK(cornu::testing::message_of<cornu::FileError>([&] {
          image_grid("/nonexistent/grid.svg", images);
        }).starts_with("[image_grid] cannot write '"));
}
