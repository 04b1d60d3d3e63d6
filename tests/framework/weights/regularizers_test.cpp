#include <cornu/framework/weights/regularizers.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <map>
#include <string>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/keras_configs.hpp"

using namespace cornu;
using namespace cornu::regularizers;

namespace {

const std::map<std::string, Handle<Regularizer>>& cases() {
  static const std::map<std::string, Handle<Regularizer>> cases{
      {"l1_default", L1()},
      {"l2_default", L2()},
      {"l1l2_default", L1L2()},
      {"l1", L1(0.3)},
      {"l2", L2(0.7)},
      {"l1l2", L1L2({.l1 = 0.3, .l2 = 0.7})},
      {"orthogonal_rows", OrthogonalRegularizer({.factor = 0.5})},
      {"orthogonal_columns", OrthogonalRegularizer({.factor = 0.5, .mode = "columns"})},
  };
  return cases;
}

}  // namespace

TEST_CASE("regularizers: values and gradients are Keras's") {
  const cornu::testing::Fixture fixture("regularizers");
  int checked = 0;
  for (const std::string& record : fixture.names("regularizers/")) {
    if (!record.ends_with("/value")) continue;
    const std::string path = record.substr(0, record.rfind('/')), input = path.substr(path.rfind('/') + 1);
    std::string name = path.substr(13, path.rfind('/') - 13);
    const bool is_double = name.ends_with("_float64");
    if (is_double) name.erase(name.size() - 8);
    CAPTURE(record);

    const Tensor x = fixture.tensor("inputs/" + input).astype(is_double ? float64 : float32);
    GradientTape tape;
    tape.watch(x);
    const Tensor value = (*cases().at(name))(x);
    const Tensor gradient = tape.gradient(value, x).to_dense();
    CHECK(value.dtype() == x.dtype());
    CHECK(value.shape() == Shape());
    const double tolerance = is_double ? 1e-13 : 1e-6;
    CHECK(ops::all_close(value, fixture.tensor(record), tolerance, 0));
    CHECK(ops::all_close(gradient, fixture.tensor(path + "/gradient"), tolerance, tolerance / 10));
    ++checked;
  }
  CHECK(checked == 6 * 4 + 2 * 2);
}

TEST_CASE("regularizers: gradients agree with central differences") {
  random::set_seed(1);
  const Tensor x = random::normal({4, 3});
  for (const auto& regularizer : cases()) {
    if (regularizer.first == "l1l2_default") continue;  // 0 everywhere
    CAPTURE(regularizer.first);
    const auto& penalty = *regularizer.second;
    const auto report = check_gradients([&penalty](const Tensor& w) { return penalty(w); }, {x});
    CHECK_MESSAGE(report.ok(), report.where);
  }
}

TEST_CASE("regularizers: orthogonal vectors cost nothing, a zero vector has a finite gradient") {
  const OrthogonalRegularizer rows;
  CHECK(rows(3 * Tensor::eye(4)).item<float>() == 0);
  CHECK(rows(Tensor({{1.f, 2.f, 3.f}})).item<float>() == 0);  // a row alone
  CHECK(rows(Tensor({{1.f, 0.f}, {2.f, 0.f}})).item<float>() == doctest::Approx(0.01));
  CHECK(rows(Tensor::zeros({0, 3})).item<float>() == 0);

  const Tensor x({{0.f, 0.f}, {1.f, 2.f}});
  GradientTape tape;
  tape.watch(x);
  const Tensor penalty = rows(x);
  CHECK(ops::all(ops::is_finite(tape.gradient(penalty, x).to_dense())).item<bool>());
}

TEST_CASE("regularizers: Keras's names; by name every factor is 0.01") {
  const Tensor x({1.f, -2.f});  // Σ|x| = 3, Σx² = 5
  for (const char* name : {"l1", "L1"}) CHECK((*Handle<Regularizer>(name))(x).item<float>() == doctest::Approx(0.03));
  for (const char* name : {"l2", "L2"}) CHECK((*Handle<Regularizer>(name))(x).item<float>() == doctest::Approx(0.05));
  for (const char* name : {"l1_l2", "l1l2", "L1L2"})
    CHECK((*Handle<Regularizer>(name))(x).item<float>() == doctest::Approx(0.08));
  for (const char* name : {"orthogonal_regularizer", "OrthogonalRegularizer"})
    CHECK((*Handle<Regularizer>(name))(Tensor({{1.f, 0.f}, {1.f, 0.f}})).item<float>() == doctest::Approx(0.01));
  CHECK(L1L2({.l2 = 0.1})(x).item<float>() == doctest::Approx(0.5));  // no l1 unless asked
}

TEST_CASE("regularizers: a function is one") {
  const Handle<Regularizer> regularizer = [](const Tensor& x) { return ops::sum(x); };
  CHECK((*regularizer)(Tensor({1.f, 2.f})).item<float>() == 3);
  const Handle<Regularizer> no_scalar = [](const Tensor& x) { return x * x; };
  CHECK_THROWS_WITH_AS((*no_scalar)(Tensor({1.f, 2.f})),
                       "[regularizer] the function's result is not a scalar; got shape (2,); expected (); sum it",
                       ShapeError);
}

TEST_CASE("regularizers: what Keras writes is read, and written again") {
  testing::check_round_trips("regularizers",
                             [](const ConfigView& object) { return from_config<Regularizer>(object)->to_config(); });
}

TEST_CASE("regularizers: configs are those of Keras's files") {
  CHECK(L2(0.5).to_config().to_json() ==
        R"({"module": "keras.regularizers", "class_name": "L2", "config": {"l2": 0.5}, "registered_name": null})");
  CHECK(L1L2({.l1 = 1, .l2 = 2}).to_config()["config"]["l2"].as_double() == 2);
  CHECK(OrthogonalRegularizer().to_config()["config"]["mode"].as_string() == "rows");
}

TEST_CASE("regularizers: refused") {
  CHECK_THROWS_WITH_AS(L1(-1), "[L1] l1 must be a finite number, 0 or more; got -1", ValueError);
  CHECK_THROWS_AS(L2(std::numeric_limits<double>::infinity()), ValueError);
  CHECK_THROWS_AS(L1L2({.l1 = 1, .l2 = -1}), ValueError);
  CHECK_THROWS_AS(OrthogonalRegularizer({.factor = -1}), ValueError);
  CHECK_THROWS_AS(OrthogonalRegularizer({.mode = "diagonal"}), ValueError);
  CHECK_THROWS_AS(OrthogonalRegularizer()(Tensor::ones({3})), ShapeError);
  CHECK_THROWS_WITH_AS(
      Handle<Regularizer>("l3"),
      "[regularizer] unknown regularizer; got 'l3'; expected one of l1, l2, l1_l2, orthogonal_regularizer; "
      "pass an object for any other; did you mean 'l1'?",
      ValueError);
}
