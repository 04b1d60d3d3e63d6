// Each class of losses that has no test file of its own cases: by what Keras writes of it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <string>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/names.hpp>

#include "tests/support/class_names.hpp"
#include "tests/support/json_tensors.hpp"
#include "tests/support/keras_configs.hpp"

using namespace cornu;
using losses::Loss, testing::json_fixture, testing::tensor_of, testing::view_of;

namespace {

const Config& fixture() {
  static const Config all = json_fixture("loss_classes");
  return all;
}

// A loss, its inputs, and what Keras makes of them.
struct Case {
  explicit Case(const Config& written) : config(written) {
    const Config& inputs = fixture()["inputs"][config["inputs"].as_string()];
    dtype = config.contains("dtype") ? float64 : float32;
    y_true = tensor_of(inputs["y_true"]);
    if (is_floating(y_true.dtype())) y_true = y_true.astype(dtype);
    y_pred = tensor_of(inputs["y_pred"], dtype);
    if (config.contains("weights")) weights = tensor_of(fixture()["weights"][config["weights"].as_string()], dtype);
    if (config.contains("mask")) mask = tensor_of(fixture()["masks"][config["mask"].as_string()]);
  }

  std::shared_ptr<Loss> loss(const std::string& reduction) const {
    Config object = config["loss"], options = object["config"];
    options.set("reduction", reduction);
    object.set("config", options);
    return from_config<Loss>(view_of(object));
  }
  Tensor computed(const std::string& reduction) const { return (*loss(reduction))(y_true, y_pred, weights, mask); }
  Tensor gradient() const {
    GradientTape tape;
    tape.watch(y_pred);
    return tape.gradient(computed("sum_over_batch_size"), y_pred).to_dense();
  }

  void check(const Tensor& got, const char* what) const {
    CAPTURE(what);
    const Tensor expected = tensor_of(config[what], dtype);
    REQUIRE(got.shape() == expected.shape());
    const bool close = dtype == float64 ? ops::all_close(got, expected, 1e-11, 1e-12)
                                        : ops::all_close(got, expected, 1e-5, 1e-6 * scale(expected));
    CHECK_MESSAGE(close, "got ", to_string(got), ", expected ", to_string(expected));
  }
  static double scale(const Tensor& x) { return std::max(1., ops::max(ops::abs(x)).item<double>()); }

  Config config;
  DType dtype;
  Tensor y_true, y_pred, weights, mask;
};

}  // namespace

TEST_CASE("classes of losses: values, reductions and gradients as Keras, with weights and masks") {
  std::set<std::string> seen;
  for (const Config& written : fixture()["cases"].as_list()) {
    CAPTURE(written["loss"].to_json());
    CAPTURE(written["inputs"].as_string());
    const Case one(written);
    for (const char* reduction : {"none", "sum_over_batch_size", "sum", "mean_with_sample_weight"})
      if (written.contains(reduction)) one.check(one.computed(reduction), reduction);
    one.check(one.gradient(), "gradient");
    seen.insert(written["loss"]["class_name"].as_string());
  }
  CHECK(seen.size() == 17);
}

TEST_CASE("classes of losses: each is here, by every name that Keras takes, and by no other") {
  const auto& names = fixture()["names"].as_object();
  CHECK(names.size() == 54);
  for (const auto& entry : names) {
    CAPTURE(entry.first);
    const std::shared_ptr<Loss> named = from_name<Loss>(entry.first), meant = from_name<Loss>(entry.second.as_string());
    const Loss &a = *named, &b = *meant;
    CHECK(typeid(a) == typeid(b));
  }
  for (const char* name : {"logcosh", "huber_loss", "cce", "scce", "CategoricalGeneralizedCrossEntropy", "circle_loss"})
    CHECK_THROWS_AS(from_name<Loss>(name), ValueError);
  CHECK(detail::class_names<Loss>().size() == 22);
}

TEST_CASE("classes of losses: gradients against central differences") {
  std::set<std::string> seen;
  for (const Config& written : fixture()["cases"].as_list()) {
    const Case one(written);
    const Config& gamma = written["loss"]["config"]["gamma"];
    if (one.dtype != float64 || (gamma.is_double() && gamma.as_double() == 80)) continue;  // too steep for differences
    CAPTURE(written["loss"].to_json());
    const auto loss = one.loss("sum_over_batch_size");
    const auto report = check_gradients([&](const Tensor& p) { return (*loss)(one.y_true, p); }, {one.y_pred});
    CHECK_MESSAGE(report.ok(), report.where);
    seen.insert(written["loss"]["class_name"].as_string());
  }
  CHECK(seen.size() == 17);
}

TEST_CASE("classes of losses: an empty batch") {
  for (const auto& entry : fixture()["names"].as_object()) {
    CAPTURE(entry.first);
    const auto loss = from_name<Loss>(entry.first);
    const bool takes_ids = loss->name() == "sparse_categorical_crossentropy" || loss->name() == "circle";
    const Tensor ids = Tensor::zeros({0}, int32), flat = Tensor::zeros({0, 3}), steps = Tensor::zeros({0, 2, 3});
    const Tensor value =
        loss->name() == "ctc" ? (*loss)(Tensor::zeros({0, 2}, int32), steps) : (*loss)(takes_ids ? ids : flat, flat);
    CHECK(value.shape() == Shape());
    CHECK(std::isfinite(value.item<double>()));
  }
}
