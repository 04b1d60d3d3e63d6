#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>

#include "fixture.hpp"

using namespace cornu;
using testing::Fixture;

TEST_CASE("fixture: records come with their shape, dtype and elements") {
  const Fixture losses("losses");
  const Tensor y_pred = losses.tensor("inputs/binary/extreme/y_pred");
  CHECK(y_pred.shape() == Shape{8, 1});
  CHECK(y_pred.to_vector<float>() == std::vector<float>{0, 1, 1, 0, 1, 0, 1e-8f, 1e-6f});
  CHECK(losses.tensor("inputs/ids/3x5/y_true").dtype() == int32);
  CHECK(losses.tensor("inputs/mask/2x3").to_vector<bool>() == std::vector<bool>{true, true, false, true, false, false});
  CHECK(losses.tensor("bce/3x5_float64/gradient").dtype() == float64);
  CHECK(losses.scalar("cce_logits/extreme_logits/sum") == 2.1972246f);
}

TEST_CASE("fixture: names are listed by their beginning") {
  const Fixture losses("losses");
  CHECK(losses.names("inputs/mask/") == std::vector<std::string>{"inputs/mask/2x3", "inputs/mask/3", "inputs/mask/4"});
  CHECK(losses.has("mse/4/values"));
  CHECK_FALSE(losses.has("mse/4"));
}

TEST_CASE("fixture: a text is what stands below the header line") {
  const std::string text = testing::fixture_text("progress_predict_1");
  CHECK(text.starts_with("3/3 "));
  CHECK(text.ends_with("90ms/step\n"));
  CHECK_THROWS_AS(testing::fixture_text("progress"), FileError);
}

TEST_CASE("fixture: refuses a file or a record that is not there, and a scalar of several elements") {
  CHECK_THROWS_AS(Fixture("loses"), FileError);
  const Fixture losses("losses");
  CHECK_THROWS_WITH_AS(losses.tensor("mse/4/gradents"), doctest::Contains("mse/4/gradient"), FileError);
  CHECK_THROWS_AS(losses.scalar("mse/4/gradient"), ShapeError);
}
