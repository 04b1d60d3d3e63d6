#include <cornu/framework/weights/constraints.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/keras_configs.hpp"

using namespace cornu;
using namespace cornu::constraints;

namespace {

const std::map<std::string, Handle<Constraint>>& cases() {
  static const std::map<std::string, Handle<Constraint>> cases{
      {"non_neg", NonNeg()},
      {"unit_norm", UnitNorm()},
      {"unit_norm_axis1", UnitNorm(1)},
      {"unit_norm_all", UnitNorm({0, 1})},
      {"unit_norm_filters", UnitNorm({0, 1, 2})},
      {"max_norm", MaxNorm()},
      {"max_norm_half", MaxNorm(0.5)},
      {"max_norm_axis1", MaxNorm(1.5, 1)},
      {"max_norm_filters", MaxNorm(2, {0, 1, 2})},
      {"min_max_norm", MinMaxNorm()},
      {"min_max_norm_axis1", MinMaxNorm({.min_value = 1, .max_value = 1.5, .axis = 1})},
      {"min_max_norm_rate", MinMaxNorm({.min_value = 2, .max_value = 2.5, .rate = 0.3})},
  };
  return cases;
}

}  // namespace

TEST_CASE("constraints: the weights that come out are Keras's") {
  const cornu::testing::Fixture fixture("regularizers");
  int checked = 0;
  for (const std::string& record : fixture.names("constraints/")) {
    const std::string path = record.substr(12), input = path.substr(path.find('/') + 1);
    std::string name = path.substr(0, path.find('/'));
    const bool is_double = name.ends_with("_float64");
    if (is_double) name.erase(name.size() - 8);
    const Tensor w = fixture.tensor("inputs/" + input).astype(is_double ? float64 : float32);
    const Tensor constrained = (*cases().at(name))(w);
    CHECK_MESSAGE(ops::all_close(constrained, fixture.tensor(record), is_double ? 1e-14 : 1e-6, 0), record);
    ++checked;
  }
  CHECK(checked == 10 * 2 + 6 + 2);
}

TEST_CASE("constraints: rows of 2.0 under unit_norm become 0.5, for a norm runs along axis 0") {
  const Tensor w = UnitNorm()(Tensor::full({4, 3}, 2));  // ‖(2, 2, 2, 2)‖ = 4
  CHECK(ops::all_close(w, Tensor::full({4, 3}, 0.5), 1e-6));
}

TEST_CASE("constraints: Keras's names") {
  const Tensor w({{-3.f}, {4.f}});  // norm 5
  for (const char* name : {"non_neg", "NonNeg"})
    CHECK(ops::array_equal((*Handle<Constraint>(name))(w), Tensor({{0.f}, {4.f}})));
  for (const char* name : {"unit_norm", "UnitNorm", "min_max_norm", "MinMaxNorm"})
    CHECK(ops::all_close((*Handle<Constraint>(name))(w), Tensor({{-0.6f}, {0.8f}}), 1e-6));
  for (const char* name : {"max_norm", "MaxNorm"})
    CHECK(ops::all_close((*Handle<Constraint>(name))(w), Tensor({{-1.2f}, {1.6f}}), 1e-6));
}

TEST_CASE("constraints: a function is one") {
  const Handle<Constraint> half = [](const Tensor& w) { return w * 0.5; };
  CHECK(ops::array_equal((*half)(Tensor({2.f, 4.f})), Tensor({1.f, 2.f})));
}

TEST_CASE("constraints: what Keras writes is read, and written again") {
  testing::check_round_trips("constraints",
                             [](const ConfigView& object) { return from_config<Constraint>(object)->to_config(); });
}

TEST_CASE("constraints: configs are those of Keras's files") {
  CHECK(NonNeg().to_config().to_json() ==
        R"({"module": "keras.constraints", "class_name": "NonNeg", "config": {}, "registered_name": null})");
  CHECK(MaxNorm(3, {0, 1}).to_config()["config"].to_json() == R"({"max_value": 3.0, "axis": [0, 1]})");
  CHECK(UnitNorm(1).to_config()["config"]["axis"].as_int() == 1);
}

TEST_CASE("constraints: an empty weight") {
  const Tensor empty = Tensor::zeros({0, 3});
  for (const auto& constraint : cases())
    if (!constraint.first.ends_with("filters"))
      CHECK_MESSAGE((*constraint.second)(empty).shape() == empty.shape(), constraint.first);
}

TEST_CASE("constraints: refused") {
  CHECK_THROWS_WITH_AS(MaxNorm(-1), "[MaxNorm] max_value must be 0 or more; got -1", ValueError);
  CHECK_THROWS_AS(MaxNorm(std::nan("")), ValueError);
  CHECK_THROWS_AS(MinMaxNorm({.min_value = 2, .max_value = 1}), ValueError);
  CHECK_THROWS_AS(MinMaxNorm({.min_value = -1}), ValueError);
  CHECK_THROWS_AS(UnitNorm(2)(Tensor::ones({2, 2})), IndexError);
  CHECK_THROWS_WITH_AS(Handle<Constraint>("norm"),
                       "[constraint] unknown constraint; got 'norm'; expected one of non_neg, unit_norm, max_norm, "
                       "min_max_norm; pass an object for any other",
                       ValueError);
}
