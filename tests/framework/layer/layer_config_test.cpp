#include <doctest/doctest.h>

#include "tests/framework/layer/scale_and_block.hpp"

using namespace cornu;
using testing::Block;

TEST_CASE("layer: the config has name, trainable and dtype, and a layer adds its own") {
  struct Wide : Layer<Wide> {
    using Layer::Layer;
    Config get_config() const override {
      Config config = LayerBase::get_config();
      return config.merge(Config::object({{"units", 3}}));
    }
  };
  CHECK(Wide({.trainable = false, .dtype = float64, .name = "w"}).get_config().to_json() ==
        R"({"name": "w", "trainable": false, "dtype": {"module": "keras", "class_name": "DTypePolicy", )"
        R"("config": {"name": "float64"}, "registered_name": null}, "units": 3})");
}

TEST_CASE("layer: set_dtype holds for sublayers and is refused once it is built") {
  Block block;
  CHECK_THROWS_AS(block.set_dtype(int32), ValueError);
  block.set_dtype(float64);
  CHECK(block.first()->dtype() == float64);
  block(Tensor({{1.f, 2.f}}));
  CHECK(block.weights()[0].dtype() == float64);
  CHECK_THROWS_AS(block.set_dtype(float32), StateError);
}
