#include <cornu/framework/onnx/onnx_sliding.hpp>

#include <fmt/core.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/onnx/onnx_term.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::detail {

namespace {

using Numbers = std::vector<std::int64_t>;

// A number for each axis.
std::array<std::int64_t, 3> numbers_of(const Config& option) {
  std::array<std::int64_t, 3> numbers{1, 1, 1};
  if (option.is_int()) numbers.fill(option.as_int());
  if (option.is_list())
    for (std::size_t axis = 0; axis < option.as_list().size(); ++axis) numbers[axis] = option.as_list()[axis].as_int();
  return numbers;
}

}  // namespace

OnnxSliding::OnnxSliding(const OnnxCall& call, const char* sizes)
    : sliding_{numbers_of(call.config[sizes]), numbers_of(call.config["strides"]),
               numbers_of(call.config["dilation_rate"]),
               ops::padding_of("export_onnx", call.config["padding"].as_string(), true), call.rank() - 2} {
  const std::size_t first = call.is_channels_first() ? 2 : 1;
  for (std::size_t axis = 0; axis < axes(); ++axis) extents_.push_back(call.inputs[0].shape[first + axis]);
}

OnnxAttributes OnnxSliding::attributes(const Numbers& pads) const {
  const auto of_axes = [&](const std::array<std::int64_t, 3>& numbers) {
    return Numbers(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(axes()));
  };
  OnnxAttributes attributes{
      {"kernel_shape", of_axes(sliding_.sizes)}, {"strides", of_axes(sliding_.strides)}, {"pads", pads}};
  const Numbers dilations = of_axes(sliding_.dilations);
  if (dilations != Numbers(axes(), 1)) attributes.push_back({"dilations", dilations});
  return attributes;
}

std::int64_t OnnxSliding::reach(std::size_t axis) const {
  return (sliding_.sizes[axis] - 1) * sliding_.dilations[axis] + 1;
}

bool OnnxSliding::is_fixed(std::size_t axis) const {
  return extents_[axis] != None || sliding_.padding != ops::Padding::same || sliding_.strides[axis] == 1;
}

bool OnnxSliding::has_fixed_pads() const {
  for (std::size_t axis = 0; axis < axes(); ++axis)
    if (!is_fixed(axis)) return false;
  return true;
}

// In front along each axis, then behind: any extent will do where it is open.
Numbers OnnxSliding::fixed_pads() const {
  Shape image{1};
  for (std::size_t axis = 0; axis < axes(); ++axis)
    image.push_back(extents_[axis] == None ? reach(axis) : extents_[axis]);
  image.push_back(1);
  const kernels::Windows windows = ops::windows_over("export_onnx", image, sliding_);
  Numbers pads;
  for (std::size_t axis = 0; axis < axes(); ++axis) pads.push_back(windows.axes[3 - axes() + axis].before);
  for (std::size_t axis = 0; axis < axes(); ++axis) {
    const kernels::WindowAxis& along = windows.axes[3 - axes() + axis];
    const std::int64_t needed = (along.count - 1) * along.stride + reach(axis);
    pads.push_back(std::max<std::int64_t>(needed - along.extent - along.before, 0));
  }
  return pads;
}

// missing = max((⌈n / s⌉ − 1) · s + reach − n, 0), the smaller half of it in front
OnnxNames OnnxSliding::computed_pads(OnnxGraph& graph, const std::string& shape, std::size_t axis) const {
  const std::int64_t stride = sliding_.strides[axis];
  const auto integer = [&](std::int64_t value) { return OnnxTerm{&graph, graph.integers({value}), int64}; };
  const std::string which = graph.integers({static_cast<std::int64_t>(2 + axis)});
  const OnnxTerm extent{&graph, graph.add("Gather", {shape, which}), int64};
  const OnnxTerm count = (extent + integer(stride - 1)).of("Div", integer(stride));
  const OnnxTerm needed = (count - integer(1)) * integer(stride) + integer(reach(axis));
  const OnnxTerm missing = (needed - extent).of("Max", integer(0)), before = missing.of("Div", integer(2));
  return {before.name, (missing - before).name};
}

OnnxSliding::Framed OnnxSliding::framed(OnnxGraph& graph, const std::string& x, const std::string& fill) const {
  if (has_fixed_pads()) return {x, fixed_pads()};
  const std::string shape = graph.add("Shape", {x}), none = graph.integers({0, 0});
  OnnxNames before{none}, behind{none};
  for (std::size_t axis = 0; axis < axes(); ++axis) {
    const OnnxNames both = computed_pads(graph, shape, axis);
    before.push_back(both[0]);
    behind.push_back(both[1]);
  }
  before.insert(before.end(), behind.begin(), behind.end());
  const std::string pads = graph.add("Concat", before, {{"axis", std::int64_t{0}}});
  return {graph.add("Pad", {x, pads, fill}), Numbers(2 * axes(), 0)};
}

std::string onnx_channels_in_front(OnnxCall& call, const std::string& x) {
  if (call.is_channels_first()) return x;
  Numbers order{0, static_cast<std::int64_t>(call.rank()) - 1};
  for (std::int64_t axis = 1; axis < order[1]; ++axis) order.push_back(axis);
  return call.graph.transpose(x, order);
}

std::string onnx_channels_as_before(OnnxCall& call, const std::string& y) {
  if (call.is_channels_first()) return y;
  Numbers order{0};
  for (std::size_t axis = 2; axis < call.rank(); ++axis) order.push_back(static_cast<std::int64_t>(axis));
  order.push_back(1);
  return call.graph.transpose(y, order);
}

Tensor onnx_last_axes_in_front(const Tensor& kernel, std::int64_t first, std::int64_t second) {
  const std::int64_t sizes = static_cast<std::int64_t>(kernel.rank()) - 2;
  Numbers order{sizes + first, sizes + second};
  for (std::int64_t axis = 0; axis < sizes; ++axis) order.push_back(axis);
  return ops::transpose(kernel, order);
}

void onnx_require_float32(const OnnxCall& call) {
  if (call.layer.dtype() != float32)
    throw ValueError("export_onnx", fmt::format("onnxruntime computes windows in float32; got a layer of {}; expected "
                                                "dtype float32",
                                                name_of(call.layer.dtype())));
}

}  // namespace cornu::detail
