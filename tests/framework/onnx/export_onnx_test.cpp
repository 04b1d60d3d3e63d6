#include <cornu/framework/onnx/export_onnx.hpp>

#include <doctest/doctest.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <map>

#include <cornu/framework/layer/operation.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/onnx/onnx_layers.hpp>
#include <cornu/layers/activations/activation.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/core/lambda.hpp>
#include <cornu/layers/core/masking.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/normalization/batch_normalization.hpp>
#include <cornu/layers/normalization/group_normalization.hpp>
#include <cornu/layers/normalization/layer_normalization.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/layers/preprocessing/hashing.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/regularization/activity_regularization.hpp>
#include <cornu/layers/regularization/alpha_dropout.hpp>
#include <cornu/layers/regularization/gaussian_noise.hpp>
#include <cornu/layers/regularization/spatial_dropout.hpp>

#include "tests/support/class_names.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using cornu::testing::TemporaryFolder;

namespace {

onnx::GraphProto exported(Model& model, const OnnxOptions& options = {}) {
  const TemporaryFolder folder;
  export_onnx(model, folder.path("model.onnx"), options);
  onnx::ModelProto proto;
  REQUIRE(proto.ParseFromString(folder.read("model.onnx")));
  CHECK(proto.ir_version() == 8);
  CHECK(proto.opset_import(0).version() == 17);
  return proto.graph();
}

std::map<std::string, int> ops_of(const onnx::GraphProto& graph) {
  std::map<std::string, int> ops;
  for (const onnx::NodeProto& node : graph.node()) ++ops[node.op_type()];
  return ops;
}

Sequential classifier(bool mask_zero) {
  Sequential model{layers::Embedding(20, 4, {.mask_zero = mask_zero}), layers::LSTM(3), layers::Dense(2, "softmax")};
  model.build({None, None});
  return model;
}

class Twice : public Layer<Twice> {
 public:
  Tensor call(const Tensor& input) override { return input * 2; }
};

}  // namespace

TEST_CASE("export_onnx: inputs and outputs have their names, dtypes and shapes, open extents stay open") {
  const auto ids = Input({.shape = {None}, .dtype = int32, .name = "ids"});
  const auto mean = layers::GlobalAveragePooling1D()(layers::Embedding(20, 4)(ids));
  Model model(ids, layers::Dense(2, {.activation = "softmax", .name = "kind"})(mean));
  const onnx::GraphProto graph = exported(model, {.graph_name = "kinds"});
  CHECK(graph.name() == "kinds");
  REQUIRE(graph.input_size() == 1);
  const auto& input = graph.input(0);
  CHECK(input.name() == "ids");
  CHECK(input.type().tensor_type().elem_type() == onnx::TensorProto::INT32);
  CHECK(input.type().tensor_type().shape().dim(0).dim_param() == "batch");
  CHECK(input.type().tensor_type().shape().dim(1).dim_param() == "ids_1");
  REQUIRE(graph.output_size() == 1);
  const auto& output = graph.output(0);
  CHECK(output.name() == "kind");
  CHECK(output.type().tensor_type().elem_type() == onnx::TensorProto::FLOAT);
  CHECK(output.type().tensor_type().shape().dim(1).dim_value() == 2);
  CHECK(ops_of(graph) ==
        std::map<std::string, int>{
            {"Gather", 1}, {"ReduceMean", 1}, {"MatMul", 1}, {"Add", 1}, {"Softmax", 1}, {"Identity", 1}});
}

TEST_CASE("export_onnx: a recurrent layer is ONNX's own, and a loop where it gets a mask") {
  Sequential plain = classifier(false), masked = classifier(true);
  CHECK(ops_of(exported(plain))["LSTM"] == 1);
  CHECK(ops_of(exported(plain)).count("Scan") == 0);
  CHECK(ops_of(exported(masked))["Scan"] == 1);
  CHECK(ops_of(exported(masked)).count("LSTM") == 0);
}

TEST_CASE("export_onnx: the weights are in the file") {
  Sequential model{layers::Dense(2, {.kernel_initializer = "ones", .bias_initializer = "ones"})};
  model.build({None, 3});
  const onnx::GraphProto graph = exported(model);
  REQUIRE(graph.initializer_size() == 2);
  const std::string& kernel = graph.initializer(0).raw_data();
  CHECK(std::vector<float>(reinterpret_cast<const float*>(kernel.data()),
                           reinterpret_cast<const float*>(kernel.data()) + kernel.size() / 4) ==
        std::vector<float>(6, 1));
  CHECK(graph.initializer(1).dims(0) == 2);
}

TEST_CASE("export_onnx: every op between layers has words") {
  for (const std::string_view name : detail::operation_names()) {
    CAPTURE(name);
    const bool takes_bools = name.starts_with("Logical") || name == "All" || name == "Any";
    const auto x = Input({.shape = {3, 3}, .dtype = takes_bools ? boolean : float32});
    const auto export_with = [&](std::vector<detail::OperationArgument> arguments) {
      const SymbolicTensors inputs(std::vector<SymbolicTensor>(arguments.size(), x));
      const auto layer = std::make_shared<detail::Operation>(std::string(name), arguments, "op");
      Model model(x, layer->all_outputs(inputs));
      return exported(model).node_size();
    };
    int nodes = 0;
    try {
      nodes = export_with({{}});
    } catch (const ValueError&) {  // an op of two operands
      nodes = export_with({{}, {}});
    }
    CHECK(nodes >= 2);
  }
}

TEST_CASE("export_onnx: layer normalisation is ONNX's own where that says the same, and basic ops elsewhere") {
  const auto ops_on = [](auto layer) {
    Sequential model{std::move(layer)};
    model.build({None, 4, 3});
    return ops_of(exported(model));
  };
  using Ops = std::map<std::string, int>;
  CHECK(ops_on(layers::LayerNormalization()) == Ops{{"LayerNormalization", 1}, {"Identity", 1}});
  CHECK(ops_on(layers::LayerNormalization({.axis = {2, 1}})).count("LayerNormalization") == 1);
  CHECK(ops_on(layers::LayerNormalization({.axis = 1})).count("LayerNormalization") == 0);
  CHECK(ops_on(layers::LayerNormalization({.rms_scaling = true})).count("LayerNormalization") == 0);
  CHECK(ops_on(layers::LayerNormalization({.dtype = float64})).count("LayerNormalization") == 0);
  CHECK(ops_on(layers::BatchNormalization()) == Ops{{"Sub", 1}, {"Mul", 1}, {"Add", 1}, {"Identity", 1}});
}

TEST_CASE("export_onnx: what works in training alone is nothing") {
  Sequential model{layers::GaussianNoise(0.5), layers::SpatialDropout1D(0.5), layers::AlphaDropout(0.5),
                   layers::ActivityRegularization({.l2 = 1})};
  model.build({None, 4, 3});
  CHECK(ops_of(exported(model)) == std::map<std::string, int>{{"Identity", 1}});
}

TEST_CASE(
    "export_onnx: layers without words are those of attention, text, numbers to be prepared, functions, and cells "
    "outside of their layers") {
  std::vector<std::string_view> without;
  for (const std::string_view name : detail::class_names<LayerBase>())
    if (!detail::onnx_exporter_of(name.starts_with("cornu>") ? name.substr(6) : name)) without.push_back(name);
  std::sort(without.begin(), without.end());
  CHECK(without == std::vector<std::string_view>{"AdditiveAttention", "Attention", "CategoryEncoding", "Discretization",
                                                 "GRUCell", "GroupQueryAttention", "HashedCrossing", "Hashing",
                                                 "InputLayer", "IntegerLookup", "LSTMCell", "Lambda",
                                                 "MultiHeadAttention", "Normalization", "Rescaling", "SimpleRNNCell",
                                                 "StackedRNNCells", "TimeDistributed"});
}

TEST_CASE("export_onnx: lists all layers that ONNX has no words for, and leaves the file alone") {
  const TemporaryFolder folder;
  folder.write("model.onnx", "older");
  const auto inner = std::make_shared<Sequential>(layers::Dense(2), Twice());
  Sequential model{Twice(), inner, layers::Dense(1)};
  model.build({None, 3});
  const std::string message = cornu::testing::message_of([&] { export_onnx(model, folder.path("model.onnx")); });
  CHECK(
      message ==
      "[export_onnx] these layers have no words in ONNX:\n  Twice 'twice'\n  Twice 'sequential/twice'\nexport a model "
      "without them: what lies behind or before");
  CHECK(folder.read("model.onnx") == "older");
}

TEST_CASE("export_onnx: refused") {
  const TemporaryFolder folder;
  const std::string path = folder.path("model.onnx");
  Sequential unbuilt{layers::Dense(2)};
  CHECK_THROWS_AS(export_onnx(unbuilt, path), StateError);

  const auto refused = [&](auto layer, const Shape& shape, const char* part) {
    Sequential model{std::move(layer)};
    model.build(shape);
    const std::string message = cornu::testing::message_of([&] { export_onnx(model, path); });
    CAPTURE(message);
    CHECK(message.find(part) != std::string::npos);
  };
  refused(layers::Activation("sparsemax"), {None, 3}, "Activation 'activation': ");
  refused(layers::Dense(2, [](const Tensor& x) { return x * 2; }), {None, 3}, "a function without a name");
  refused(layers::Masking(), {None, 3}, "Masking 'masking': ");
  refused(layers::GroupNormalization({.groups = 1, .axis = 1}), {None, 2, None, None}, "two extents behind");
  refused(layers::Lambda([](const Tensor& x) { return x * 2; }), {None, 3}, "Lambda 'lambda'");
  refused(layers::LSTM(2, {.stateful = true}), {4, 5, 3}, "ONNX keeps nothing between two batches");
  CHECK(folder.size() == 0);

  Sequential model{layers::Dense(2)};
  model.build({None, 3});
  CHECK_THROWS_AS(export_onnx(model, folder.path("none/model.onnx")), FileError);
}
