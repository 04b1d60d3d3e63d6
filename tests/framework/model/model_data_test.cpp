#include <cornu/framework/model/model_data.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/line.hpp"

using namespace cornu;
namespace line = testing::line;
using Table = std::vector<std::vector<float>>;

namespace {

Table rows_of(const Tensor& x) {
  Table rows;
  for (std::int64_t i = 0; i < x.dim(0); ++i) rows.push_back(ops::select(x, 0, i).to_vector<float>());
  return rows;
}

}  // namespace

TEST_CASE("ModelData: a vector of numbers is one tensor, its dtype that of the numbers") {
  const ModelData floats = std::vector<float>{1, 2, 3}, ids = std::vector<int>{4, 5};
  REQUIRE(floats.size() == 1);
  CHECK(floats[0].shape() == Shape{3});
  CHECK(floats[0].dtype() == float32);
  CHECK(ids[0].dtype() == int32);
  CHECK(ModelData(std::vector<double>{0.5})[0].dtype() == float64);
  CHECK(ModelData(std::vector<bool>{true, false})[0].dtype() == boolean);
  CHECK_FALSE(floats.has_names());
}

TEST_CASE("ModelData: a vector of rows is a tensor of rank 2; ragged rows are refused") {
  const ModelData rows = Table{{1, 2}, {3, 4}, {5, 6}};
  CHECK(rows[0].shape() == Shape{3, 2});
  CHECK(rows[0].at<float>(2, 0) == 5);
  CHECK_THROWS_WITH_AS(ModelData(Table{{1, 2}, {3}}),
                       "[Tensor] ragged list; got 1 elements in row 1; expected 2 as in the rows before; pad the rows "
                       "to one length",
                       ShapeError);
}

TEST_CASE("fit, evaluate and predict: vectors do what tensors do") {
  const Table x = rows_of(line::x());
  const std::vector<float> y = line::y().to_vector<float>();
  Sequential model = line::model(), same = line::model();
  random::set_seed(2);
  const double loss = model.fit(x, y, {.verbose = 0, .validation_data = {x, y}})["val_loss"].back();
  random::set_seed(2);
  const double expected =
      same.fit(line::x(), line::y(), {.verbose = 0, .validation_data = {line::x(), line::y()}})["val_loss"].back();
  CHECK(loss == expected);
  CHECK(model.evaluate(x, y)["loss"] == same.evaluate(line::x(), line::y())["loss"]);
  CHECK(ops::array_equal(model.predict(x), same.predict(line::x())));
}

TEST_CASE("ModelData: no samples are refused where they are used") {
  Sequential model = line::model();
  CHECK_THROWS_AS(model.fit(Table(), std::vector<float>(), {.verbose = 0}), ValueError);
  CHECK_THROWS_AS(model.predict(std::vector<float>{1, 2}), ShapeError);
}
