#include <doctest/doctest.h>
#include <fmt/core.h>

#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/formats/hdf5/writer.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/saving/load_model.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/optim/sgd.hpp>

#include "tests/support/fixture.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace cornu;
using cornu::testing::Fixture;

namespace {

std::string path_of(const std::string& name) { return testing::fixture_path("keras/" + name); }

void check_records(Model& model, const Fixture& records) {
  const std::vector<Tensor> weights = model.get_weights();
  for (std::size_t i = 0; i < weights.size(); ++i)
    CHECK(ops::all_close(weights[i], records.tensor(fmt::format("weights/{}", i)).astype(weights[i].dtype()), 1e-6));
  const Tensor y = model.predict(records.tensor("input/0"));
  CHECK(ops::all_close(y, records.tensor("predict/0"), 1e-5));
}

bool has_line(const LoadReport& report, const std::string& part) {
  for (const std::string& line : report.lines())
    if (line.find(part) != std::string::npos) return true;
  return false;
}

void write_shard(const std::string& path, const std::vector<std::pair<std::string, Tensor>>& arrays) {
  formats::Hdf5Writer writer(path);
  for (const auto& [name, values] : arrays) writer.add_dataset(name, values);
  std::ofstream file(path, std::ios::binary);
  const formats::Hdf5Image image = writer.finish();
  for (const std::string_view part : image.parts()) file << part;
}

}  // namespace

TEST_CASE("load_weights: one file, shards, and names that do not decide") {
  for (const std::string name :
       {"weights_plain.weights.h5", "weights_sharded.weights.json", "weights_swapped_names.weights.h5"}) {
    CAPTURE(name);
    const auto model = load_model(path_of("weights_model.keras"));
    LoadReport report;
    model->load_weights(path_of(name), {.report = &report});
    check_records(*model, Fixture("keras/" + name.substr(0, name.find('.'))));
    CHECK(has_line(report, "by its position") == (name == "weights_swapped_names.weights.h5"));
  }
}

TEST_CASE("load_weights: the optimizer's state may stand in several shards") {
  const auto make = [] {
    Sequential model{layers::Dense(2), layers::Dense(1)};
    model.build({None, 3});
    model.compile(optim::SGD({.learning_rate = 0.1, .momentum = 0.5}), "mse");
    return model;
  };
  Sequential model = make(), other = make();
  model.train_on_batch(Tensor({{1.F, 2.F, 3.F}}), Tensor({{1.F}}));
  const std::vector<Tensor> weights = model.get_weights();
  const std::vector<Variable> state = model.optimizer().variables();
  const testing::TemporaryFolder folder;
  write_shard(folder.path("m_0.weights.h5"), {{"/layers/dense/vars/0", weights[0]},
                                              {"/layers/dense/vars/1", weights[1]},
                                              {"/layers/dense_1/vars/0", weights[2]},
                                              {"/layers/dense_1/vars/1", weights[3]},
                                              {"/optimizer/vars/0", state[0].peek()},
                                              {"/optimizer/vars/1", state[1].peek()}});
  write_shard(folder.path("m_1.weights.h5"), {{"/optimizer/vars/2", state[2].peek()},
                                              {"/optimizer/vars/3", state[3].peek()},
                                              {"/optimizer/vars/4", state[4].peek()},
                                              {"/optimizer/vars/5", state[5].peek()}});
  folder.write("m.weights.json", R"({"weight_map": {"/layers/dense/vars": "m_0.weights.h5", )"
                                 R"("/optimizer/vars": ["m_0.weights.h5", "m_1.weights.h5"]}})");
  LoadReport report;
  other.load_weights(folder.path("m.weights.json"), {.report = &report});
  CHECK(report.empty());
  const std::vector<Variable> read = other.optimizer().variables();
  REQUIRE(read.size() == state.size());
  for (std::size_t i = 0; i < state.size(); ++i) CHECK(ops::array_equal(read[i].peek(), state[i].peek()));
}

TEST_CASE("load_weights: the state of another optimizer is left out, and said") {
  const auto model = load_model(path_of("weights_other_optimizer.keras"));
  LoadReport report;
  model->load_weights(path_of("weights_other_optimizer.weights.h5"), {.report = &report});
  CHECK(has_line(report, "the state is that of 'sgd'"));
}

TEST_CASE("load_weights: weights that no layer has are left over, and said") {
  Sequential model{layers::Dense(3, "tanh")};
  model.build({None, 3});
  LoadReport report;
  model.load_weights(path_of("weights_plain.weights.h5"), {.report = &report});
  CHECK(has_line(report, "/layers/dense_1/vars: left over: no layer of the model has these weights"));
}

TEST_CASE("load_weights: skip_mismatch leaves layers of other shapes as they are, and says so") {
  Sequential model{layers::Dense(3, "tanh"), layers::Dense(7)};
  model.build({None, 3});
  const auto before = model.get_weights();
  CHECK_THROWS_AS(model.load_weights(path_of("weights_plain.weights.h5")), FileError);
  CHECK(ops::array_equal(model.get_weights()[0], before[0]));
  LoadReport report;
  model.load_weights(path_of("weights_plain.weights.h5"), {.skip_mismatch = true, .report = &report});
  CHECK(has_line(report, "/layers/dense_1: its weights stay: array 0 ('kernel') has another shape"));
  CHECK(!ops::array_equal(model.get_weights()[0], before[0]));
  CHECK(ops::array_equal(model.get_weights()[2], before[2]));
}

TEST_CASE("load_weights: by_name is refused for files whose layers go by their place") {
  Sequential model{layers::Dense(3, "tanh")};
  model.build({None, 3});
  CHECK_THROWS_WITH_AS(model.load_weights(path_of("weights_plain.weights.h5"), {.by_name = true}),
                       doctest::Contains("by_name is for .h5 files, whose layers have names"), ValueError);
}

TEST_CASE("load_model: under a scaled loss the state is that of the optimizer inside, which is said") {
  LoadReport report;
  const auto model = load_model(path_of("mixed_float16.keras"), {.report = &report});
  CHECK(has_line(report, "the state is that of the optimizer inside LossScaleOptimizer"));
  CHECK(has_line(report, "\"mixed_float16\" is computed in float32"));
  const Fixture records("keras/mixed_float16");
  constexpr std::size_t first = 4;  // behind Keras's iteration, rate, counter and scale, its scale's variables
  const std::vector<Variable> state = model->optimizer().variables();
  for (std::size_t i = 0; i < state.size(); ++i)
    CHECK(ops::all_close(state[i].peek().astype(float64),
                         records.tensor(fmt::format("optimizer/{}", first + i)).astype(float64), 1e-6));
  CHECK(ops::all_close(model->predict(records.tensor("input/0")), records.tensor("float_predict/0"), 1e-4));
}

TEST_CASE("save_weights: what load_weights takes back, with the optimizer's state") {
  const testing::TemporaryFolder folder;
  const auto model = load_model(path_of("optimizer_adam_amsgrad.keras"));
  model->save_weights(folder.path("m.weights.h5"));
  const auto other = load_model(path_of("optimizer_adam_amsgrad.keras"));
  std::vector<Tensor> zeros;
  for (const Tensor& weight : other->get_weights()) zeros.push_back(Tensor::zeros(weight.shape(), weight.dtype()));
  other->set_weights(zeros);
  LoadReport report;
  other->load_weights(folder.path("m.weights.h5"), {.report = &report});
  CHECK(report.empty());
  const auto a = model->get_weights(), b = other->get_weights();
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(ops::array_equal(a[i], b[i]));
}

TEST_CASE("load_model: a folder, and bytes in memory") {
  const auto model = load_model(path_of("folder"));
  check_records(*model, Fixture("keras/folder"));
}

TEST_CASE("load_model: quantised weights are the numbers that they stand for") {
  for (const std::string name : {"int8", "int4", "int4_per_channel"}) {
    CAPTURE(name);
    LoadReport report;
    const auto model = load_model(path_of(name + ".keras"), {.report = &report});
    const Fixture records("keras/" + name);
    const std::vector<Tensor> weights = model->get_weights();
    for (std::size_t i = 0; i < weights.size(); ++i)
      CHECK(ops::all_close(weights[i], records.tensor(fmt::format("weights/{}", i)), 1e-5));
    const Tensor y = model->predict(records.tensor("input/0"));
    CHECK(ops::all_close(y, records.tensor(records.has("float_predict/0") ? "float_predict/0" : "predict/0"), 1e-4));
    CHECK(has_line(report, "quantised"));
  }
}

TEST_CASE("load_model: a file that was saved after a .h5 has no optimizer, which is said; strict makes it an error") {
  LoadReport report;
  const auto model = load_model(path_of("after_h5.keras"), {.report = &report});
  CHECK(!report.empty());
  CHECK_THROWS_AS(load_model(path_of("after_h5.keras"), {.strict = true}), FileError);
  CHECK_NOTHROW(load_model(path_of("dense.keras"), {.strict = true}));
}
