// Layers that turn, repeat, cut or widen what they get. Masks end here.
#include <limits>

#include <cornu/framework/onnx/onnx_layers.hpp>

namespace cornu::detail {

namespace {

using Numbers = std::vector<std::int64_t>;

struct Margin {
  std::int64_t before, behind;
};

// A pair for one axis, a list of pairs for several.
std::vector<Margin> margins_of(const Config& config) {
  const std::vector<Config>& items = config.as_list();
  if (items.at(0).is_int()) return {{items[0].as_int(), items.at(1).as_int()}};
  std::vector<Margin> margins;
  for (const Config& pair : items) margins.push_back({pair.as_list().at(0).as_int(), pair.as_list().at(1).as_int()});
  return margins;
}

std::int64_t first_spatial_axis(const OnnxCall& call) { return call.is_channels_first() ? 2 : 1; }

}  // namespace

void onnx_permute(OnnxCall& call) {
  Numbers order{0};
  for (const Config& axis : call.config["dims"].as_list()) order.push_back(axis.as_int());
  call.outputs[0].name = call.graph.transpose(call.inputs[0].name, order);
}

void onnx_repeat_vector(OnnxCall& call) {
  OnnxGraph& graph = call.graph;
  const Numbers times{1, call.config["n"].as_int(), 1};
  call.outputs[0].name = graph.add("Tile", {graph.unsqueeze(call.inputs[0].name, {1}), graph.integers(times)});
}

void onnx_cropping(OnnxCall& call) {
  OnnxGraph& graph = call.graph;
  Numbers starts, ends, axes;
  for (const Margin& margin : margins_of(call.config["cropping"])) {
    axes.push_back(first_spatial_axis(call) + std::ssize(axes));
    starts.push_back(margin.before);
    ends.push_back(margin.behind == 0 ? std::numeric_limits<std::int64_t>::max() : -margin.behind);
  }
  const OnnxNames inputs{call.inputs[0].name, graph.integers(starts), graph.integers(ends), graph.integers(axes)};
  call.outputs[0].name = graph.add("Slice", inputs);
}

void onnx_zero_padding(OnnxCall& call) {
  OnnxGraph& graph = call.graph;
  const std::size_t rank = call.rank();
  Numbers pads(2 * rank, 0);  // in front of each axis, then behind each
  auto axis = static_cast<std::size_t>(first_spatial_axis(call));
  for (const Margin& margin : margins_of(call.config["padding"])) {
    pads[axis] = margin.before;
    pads[rank + axis++] = margin.behind;
  }
  call.outputs[0].name = graph.add("Pad", {call.inputs[0].name, graph.integers(pads)});
}

namespace {

Numbers factors_of(const Config& size) {
  if (size.is_int()) return {size.as_int()};
  Numbers factors;
  for (const Config& factor : size.as_list()) factors.push_back(factor.as_int());
  return factors;
}

std::string resized(OnnxCall& call, const std::string& x, std::size_t first_axis, const OnnxAttributes& attributes) {
  std::vector<float> scales(call.rank(), 1);
  for (const std::int64_t factor : factors_of(call.config["size"])) scales[first_axis++] = static_cast<float>(factor);
  return call.graph.add("Resize", {x, "", call.graph.weight(Tensor(scales))}, attributes);
}

// Runtimes interpolate along the last two axes.
std::string interpolated(OnnxCall& call) {
  const OnnxAttributes linear{{"mode", std::string("linear")},
                              {"coordinate_transformation_mode", std::string("half_pixel")}};
  if (call.is_channels_first()) return resized(call, call.x(), 2, linear);
  const std::string turned = call.graph.transpose(call.x(), {0, 3, 1, 2});
  return call.graph.transpose(resized(call, turned, 2, linear), {0, 2, 3, 1});
}

}  // namespace

void onnx_up_sampling(OnnxCall& call) {
  const Config interpolation = call.config.contains("interpolation") ? call.config["interpolation"] : Config("nearest");
  if (interpolation.as_string() == "bilinear") {
    call.outputs[0].name = interpolated(call);
    return;
  }
  const OnnxAttributes repeated{{"mode", std::string("nearest")},
                                {"coordinate_transformation_mode", std::string("asymmetric")},
                                {"nearest_mode", std::string("floor")}};
  const auto first = static_cast<std::size_t>(first_spatial_axis(call));
  call.outputs[0].name = resized(call, call.inputs[0].name, first, repeated);
}

}  // namespace cornu::detail
