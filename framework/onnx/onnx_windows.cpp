// Layers whose windows slide: convolutions and pooling. Masks end here.
#include <limits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/onnx/onnx_activations.hpp>
#include <cornu/framework/onnx/onnx_sliding.hpp>
#include <cornu/framework/onnx/onnx_term.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::detail {

namespace {

using Numbers = std::vector<std::int64_t>;

// (sizes, channels, multiplier) → (channels · multiplier, 1, sizes)
Tensor turned_depthwise(const Tensor& kernel) {
  const Tensor in_front = onnx_last_axes_in_front(kernel, 0, 1);
  const Shape& shape = in_front.shape();
  return ops::reshape(in_front, shape.removed(0).with(0, shape[0] * shape[1]).inserted(1, 1));
}

// A node of weights; with a bias unless one follows that has it.
std::string weighted(OnnxCall& call, const char* op, const std::string& x, const Tensor& weights, bool with_bias,
                     const OnnxAttributes& attributes) {
  OnnxNames inputs{x, call.graph.weight(weights)};
  if (const auto bias = with_bias ? call.weight("bias") : std::nullopt) inputs.push_back(call.graph.weight(*bias));
  return call.graph.add(op, inputs, attributes);
}

std::string convolved(OnnxCall& call, const Tensor& weights, std::int64_t groups, bool with_bias) {
  onnx_require_float32(call);
  const OnnxSliding sliding(call, "kernel_size");
  const std::string zero = sliding.has_fixed_pads() ? "" : call.graph.number(0, float32);
  const auto [x, pads] = sliding.framed(call.graph, onnx_channels_in_front(call, call.x()), zero);
  OnnxAttributes attributes = sliding.attributes(pads);
  if (groups > 1) attributes.push_back({"group", groups});
  return weighted(call, "Conv", x, weights, with_bias, attributes);
}

void give_activated(OnnxCall& call, const std::string& y) {
  call.outputs[0].name =
      onnx_activation(call.graph, call.config["activation"], onnx_channels_as_before(call, y), call.layer.dtype());
}

}  // namespace

void onnx_conv(OnnxCall& call) {
  give_activated(call, convolved(call, onnx_kernel(*call.weight("kernel")), call.config["groups"].as_int(), true));
}

void onnx_depthwise_conv(OnnxCall& call) {
  const Tensor kernel = *call.weight("kernel");
  give_activated(call, convolved(call, turned_depthwise(kernel), kernel.dim(-2), true));
}

void onnx_separable_conv(OnnxCall& call) {
  const Tensor kernel = *call.weight("depthwise_kernel"), pointwise = *call.weight("pointwise_kernel");
  const std::string between = convolved(call, turned_depthwise(kernel), kernel.dim(-2), false);
  give_activated(call, weighted(call, "Conv", between, onnx_kernel(pointwise), true, {}));
}

// What lies beyond the windows is `output_padding` in ONNX, what they reach beyond the image is cut.
void onnx_conv_transpose(OnnxCall& call) {
  onnx_require_float32(call);
  const OnnxSliding sliding(call, "kernel_size");
  const Config& given = call.config["output_padding"];
  std::optional<std::array<std::int64_t, 3>> output_padding;
  if (!given.is_null()) output_padding.emplace();
  for (std::size_t axis = 0; axis < sliding.axes() && output_padding; ++axis)
    (*output_padding)[axis] = given.is_int() ? given.as_int() : given.as_list().at(axis).as_int();
  Shape maps{1};
  for (std::size_t axis = 0; axis < sliding.axes(); ++axis) maps.push_back(2);  // any number
  maps.push_back(1);
  const auto windows = ops::windows_under("export_onnx", maps, sliding.geometry(), output_padding);
  Numbers pads, behind, beyond;
  for (std::size_t axis = 3 - sliding.axes(); axis < 3; ++axis) {
    const kernels::WindowAxis& along = windows.axes[axis];
    const std::int64_t reached = along.stride + (along.size - 1) * along.dilation + 1;
    const std::int64_t cut = reached - along.before - along.extent;
    pads.push_back(along.before);
    behind.push_back(std::max<std::int64_t>(cut, 0));
    beyond.push_back(std::max<std::int64_t>(-cut, 0));
  }
  pads.insert(pads.end(), behind.begin(), behind.end());
  OnnxAttributes attributes = sliding.attributes(pads);
  attributes.push_back({"output_padding", beyond});
  const std::string x = onnx_channels_in_front(call, call.x());
  give_activated(call, weighted(call, "ConvTranspose", x, onnx_kernel(*call.weight("kernel")), true, attributes));
}

namespace {

// ONNX has no pool of integers; doubles hold all that fit 32 bits.
DType dtype_of_pool(const OnnxCall& call) {
  const DType dtype = call.outputs[0].dtype;
  if (dtype == int64)
    throw ValueError("export_onnx", "ONNX has no pool of int64; got it as input; expected a floating dtype or int32");
  return dtype == int32 ? float64 : dtype;
}

std::string as(OnnxGraph& graph, const std::string& x, DType from, DType to) {
  return from == to ? x : graph.cast(x, to);
}

}  // namespace

void onnx_max_pooling(OnnxCall& call) {
  OnnxGraph& graph = call.graph;
  const DType dtype = dtype_of_pool(call);
  const OnnxSliding sliding(call, "pool_size");
  const std::string image = as(graph, call.inputs[0].name, call.inputs[0].dtype, dtype);
  const std::string least =
      sliding.has_fixed_pads() ? "" : graph.number(-std::numeric_limits<double>::infinity(), dtype);
  const auto [x, pads] = sliding.framed(graph, onnx_channels_in_front(call, image), least);
  const std::string y = graph.add("MaxPool", {x}, sliding.attributes(pads));
  call.outputs[0].name = as(graph, onnx_channels_as_before(call, y), dtype, call.outputs[0].dtype);
}

// Where the graph pads: the mean with the padding, divided by that of an image of ones.
void onnx_average_pooling(OnnxCall& call) {
  onnx_require_float32(call);
  OnnxGraph& graph = call.graph;
  const OnnxSliding sliding(call, "pool_size");
  const std::string zero = sliding.has_fixed_pads() ? "" : graph.number(0, float32);
  const std::string image = onnx_channels_in_front(call, call.x());
  const auto pooled = [&](const std::string& of) {
    const auto [x, pads] = sliding.framed(graph, of, zero);
    return graph.add("AveragePool", {x}, sliding.attributes(pads));
  };
  std::string y = pooled(image);
  if (!sliding.has_fixed_pads()) {
    const std::string ones = graph.add("Expand", {graph.number(1, float32), graph.add("Shape", {image})});
    y = graph.add("Div", {y, pooled(ones)});
  }
  call.outputs[0].name = onnx_channels_as_before(call, y);
}

namespace {

void reduce_axes(OnnxCall& call, const char* op, const std::string& x) {
  Numbers axes;
  const std::int64_t first = call.is_channels_first() ? 2 : 1;
  for (std::size_t axis = 0; axis < call.rank() - 2; ++axis) axes.push_back(first + static_cast<std::int64_t>(axis));
  const std::int64_t keepdims = call.config["keepdims"].as_bool();
  call.outputs[0].name = call.graph.add(op, {x}, {{"axes", axes}, {"keepdims", keepdims}});
}

}  // namespace

void onnx_global_max_pooling(OnnxCall& call) { reduce_axes(call, "ReduceMax", call.inputs[0].name); }
void onnx_global_average_pooling(OnnxCall& call) { reduce_axes(call, "ReduceMean", call.x()); }

}  // namespace cornu::detail
