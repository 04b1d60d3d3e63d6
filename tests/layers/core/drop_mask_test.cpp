#include <cornu/layers/core/drop_mask.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/checks/check_layer.hpp>

using namespace cornu;
using layers::DropMask;

TEST_CASE("DropMask: keeps a layer's promises") {
  const LayerReport report = check_layer([] { return DropMask(); }, Shape{2, 3, 4}, {.output_shape = Shape{2, 3, 4}});
  CHECK_MESSAGE(report.ok(), report.text());
}

TEST_CASE("DropMask: the input goes on, the mask does not") {
  const Tensor x = Tensor::zeros({1, 2, 3});
  const auto [output, mask] = DropMask().apply(x, {.mask = Tensor::ones({1, 2}, boolean)});
  CHECK(output.identity() == x.identity());
  CHECK_FALSE(mask.has_value());
}
