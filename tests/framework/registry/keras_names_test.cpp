#include <cornu/framework/registry/keras_names.hpp>

#include <doctest/doctest.h>

#include <string>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/optimizer/optimizer.hpp>

#include "tests/support/class_names.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using detail::is_name_in_keras, testing::message_of;

TEST_CASE("keras_names: in any spelling, of its kind alone") {
  for (const char* name : {"AugMix", "aug_mix", "AutoContrast", "autocontrast"}) CHECK(is_name_in_keras("layer", name));
  CHECK(is_name_in_keras("optimizer", "MultiOptimizer"));
  CHECK_FALSE(is_name_in_keras("optimizer", "AugMix"));
  CHECK_FALSE(is_name_in_keras("layer", "AugMi"));
  CHECK_FALSE(is_name_in_keras("layer", "AugMixs"));
  CHECK_FALSE(is_name_in_keras("layer", ""));
  CHECK_FALSE(is_name_in_keras("horse", "AugMix"));
}

TEST_CASE("keras_names: no layer that is here is told as missing") {
  for (const std::string_view name : detail::class_names<LayerBase>()) {
    CAPTURE(name);
    CHECK_FALSE(is_name_in_keras("layer", name));
  }
}

TEST_CASE("from_name: what Keras has and cornu has not is said, and nothing else suggested") {
  const std::string said = message_of<ValueError>([] { from_name<optim::Optimizer>("multioptimizer"); });
  CHECK(said.starts_with(
      "[optimizer] cornu does not yet have this optimizer; got 'multioptimizer' of Keras; expected one of "));
  CHECK(said.ends_with("; pass an object for any other"));
  CHECK(message_of<ValueError>([] { from_name<metrics::Metric>("acuracy"); }).ends_with("; did you mean 'accuracy'?"));
}
