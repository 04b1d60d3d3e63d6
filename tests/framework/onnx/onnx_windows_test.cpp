// Layers whose windows slide. What onnxruntime computes of them: tests/onnx_runtime.
#include <doctest/doctest.h>

#include <cornu/framework/model/sequential.hpp>
#include <cornu/layers/convolutional/conv.hpp>
#include <cornu/layers/convolutional/conv_transpose.hpp>
#include <cornu/layers/convolutional/depthwise_conv.hpp>
#include <cornu/layers/convolutional/separable_conv.hpp>
#include <cornu/layers/pooling/global_pooling.hpp>
#include <cornu/layers/pooling/pooling.hpp>
#include <cornu/layers/recurrent/conv_lstm.hpp>

#include "tests/framework/onnx/exported.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using cornu::testing::exported;
using cornu::testing::ops_of;

namespace {

using Numbers = std::vector<std::int64_t>;
using Ops = std::map<std::string, int>;

template <class L>
onnx::GraphProto graph_of(L layer, const Shape& shape) {
  Sequential model{std::move(layer)};
  model.build(shape);
  return exported(model);
}

// An attribute of the only node of that op.
Numbers numbers_of(const onnx::GraphProto& graph, const std::string& op, const std::string& name) {
  for (const onnx::NodeProto& node : graph.node())
    for (const onnx::AttributeProto& attribute : node.attribute())
      if (node.op_type() == op && attribute.name() == name) return {attribute.ints().begin(), attribute.ints().end()};
  return {};
}

}  // namespace

TEST_CASE("export_onnx: a convolution is ONNX's own, between two turns unless its channels are in front") {
  const Ops last = ops_of(graph_of(layers::Conv2D(3, 2), {None, 5, 4, 2}));
  CHECK(last == Ops{{"Transpose", 2}, {"Conv", 1}, {"Identity", 1}});
  const Ops first = ops_of(graph_of(layers::Conv2D(3, 2, {.data_format = "channels_first"}), {None, 2, 5, 4}));
  CHECK(first == Ops{{"Conv", 1}, {"Identity", 1}});
  const Ops separable = ops_of(graph_of(layers::SeparableConv1D(3, 2, {.activation = "tanh"}), {None, 5, 2}));
  CHECK(separable == Ops{{"Transpose", 2}, {"Conv", 2}, {"Tanh", 1}, {"Identity", 1}});
}

TEST_CASE("export_onnx: pads are Keras's, the larger half behind, causal ones in front") {
  const auto same = graph_of(layers::Conv2D(3, {4, 3}, {.strides = {2, 1}, .padding = "same"}), {None, 5, None, 2});
  CHECK(numbers_of(same, "Conv", "pads") == Numbers{1, 1, 2, 1});
  const auto causal = graph_of(layers::Conv1D(3, 3, {.padding = "causal", .dilation_rate = 2}), {None, None, 2});
  CHECK(numbers_of(causal, "Conv", "pads") == Numbers{4, 0});
  CHECK(numbers_of(causal, "Conv", "dilations") == Numbers{2});
  const auto pool = graph_of(layers::MaxPooling1D(4, {.strides = 1, .padding = "same"}), {None, None, 2});
  CHECK(numbers_of(pool, "MaxPool", "pads") == Numbers{1, 2});
}

TEST_CASE("export_onnx: pads that depend on an open extent are computed in the graph") {
  const Ops conv = ops_of(graph_of(layers::Conv1D(3, 3, {.strides = 2, .padding = "same"}), {None, None, 2}));
  CHECK(conv.at("Pad") == 1);
  CHECK(conv.at("Conv") == 1);
  const Ops mean = ops_of(graph_of(layers::AveragePooling1D(3, {.padding = "same"}), {None, None, 2}));
  CHECK(mean.at("AveragePool") == 2);  // of the image and of ones, whose mean counts what is padding
  CHECK(mean.at("Div") >= 1);
  CHECK(ops_of(graph_of(layers::AveragePooling1D(3, {.padding = "same"}), {None, 7, 2})).at("AveragePool") == 1);
}

TEST_CASE("export_onnx: a transposed convolution is cut and widened as Keras says") {
  const auto attributes_of = [](const layers::Conv1DTransposeOptions& options, const char* name) {
    return numbers_of(graph_of(layers::Conv1DTranspose(3, 3, options), {None, None, 2}), "ConvTranspose", name);
  };
  CHECK(attributes_of({.strides = 2}, "pads") == Numbers{0, 0});
  CHECK(attributes_of({.strides = 5}, "output_padding") == Numbers{2});
  CHECK(attributes_of({.strides = 2, .padding = "same"}, "pads") == Numbers{0, 1});
  CHECK(attributes_of({.strides = 2, .padding = "same", .output_padding = 0}, "pads") == Numbers{1, 1});
  CHECK(attributes_of({.strides = 2, .output_padding = 1}, "output_padding") == Numbers{1});
}

TEST_CASE("export_onnx: depthwise kernels are groups of one channel, pooling over all is a reduction") {
  const auto depthwise =
      graph_of(layers::DepthwiseConv2D(2, {.depth_multiplier = 3, .use_bias = false}), {None, 5, 4, 2});
  REQUIRE(depthwise.initializer_size() == 1);
  CHECK(depthwise.initializer(0).dims(0) == 6);
  CHECK(depthwise.initializer(0).dims(1) == 1);
  CHECK(ops_of(graph_of(layers::GlobalMaxPooling2D(), {None, 5, 4, 2})) == Ops{{"ReduceMax", 1}, {"Identity", 1}});
  CHECK(ops_of(graph_of(layers::GlobalAveragePooling3D(), {None, 5, 4, 3, 2})) ==
        Ops{{"ReduceMean", 1}, {"Identity", 1}});
}

TEST_CASE("export_onnx: ConvLSTM is a loop around two convolutions") {
  const onnx::GraphProto graph = graph_of(layers::ConvLSTM2D(3, 2), {None, None, 5, 4, 2});
  CHECK(ops_of(graph).at("Scan") == 1);
  CHECK(ops_of(graph).count("Conv") == 0);  // in the loop's own graph
  for (const onnx::NodeProto& node : graph.node())
    if (node.op_type() == "Scan") CHECK(ops_of(node.attribute(node.attribute_size() - 1).g()).at("Conv") == 2);
}

TEST_CASE(
    "export_onnx: windows in dtypes that runtimes lack, and states that are kept or open, are refused by the layer's "
    "name") {
  const cornu::testing::TemporaryFolder folder;
  const auto refused = [&](auto layer, const Shape& shape, const char* part) {
    Sequential model{std::move(layer)};
    model.build(shape);
    const std::string message = cornu::testing::message_of([&] { export_onnx(model, folder.path("model.onnx")); });
    CAPTURE(message);
    CHECK(message.find(part) != std::string::npos);
  };
  refused(layers::Conv1D(3, 2, {.dtype = float64}), {None, 5, 2}, "Conv1D 'conv1d': ");
  refused(layers::Conv1DTranspose(3, 2, {.dtype = float64}), {None, 5, 2}, "got a layer of float64");
  refused(layers::AveragePooling1D(2, {.dtype = float64}), {None, 5, 2}, "AveragePooling1D");
  refused(layers::ConvLSTM1D(3, 2, {.dtype = float64}), {None, 4, 5, 2}, "ConvLSTM1D 'conv_lstm1d': ");
  refused(layers::ConvLSTM1D(3, 2, {.stateful = true}), {2, 4, 5, 2}, "ONNX keeps nothing between two batches");
  refused(layers::ConvLSTM1D(3, 2), {None, 4, None, 2}, "the state has no known extents");
  refused(layers::Conv1D(3, 2, {.activation = "sparsemax"}), {None, 5, 2}, "sparsemax");
  const auto ids = Input({.shape = {5, 2}, .dtype = int64});
  Model of_integers(ids, layers::MaxPooling1D()(ids));
  CHECK(cornu::testing::message_of([&] { export_onnx(of_integers, folder.path("model.onnx")); }).find("int64") !=
        std::string::npos);
  CHECK(folder.size() == 0);
}
