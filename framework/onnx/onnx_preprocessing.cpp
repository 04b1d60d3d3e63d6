// Numbers that are prepared for a model.
#include <fmt/core.h>

#include <algorithm>

#include <cornu/framework/layer/keras_vocabulary.hpp>
#include <cornu/framework/onnx/onnx_layers.hpp>
#include <cornu/framework/onnx/onnx_term.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::detail {

namespace {

// A number, lists in lists, or an object that has them.
Tensor numbers_in(const Config& config, DType dtype) {
  if (config.is_object()) return numbers_in(config["config"]["value"], dtype);
  if (!config.is_list()) return Tensor(config.as_double()).astype(dtype);
  Tensors items;
  for (const Config& item : config.as_list()) items.push_back(numbers_in(item, dtype));
  return ops::stack(items, 0);
}

std::vector<std::int64_t> integers_in(const Config& config) {
  std::vector<std::int64_t> integers;
  for (const Config& item : config.as_list()) integers.push_back(item.as_int());
  return integers;
}

}  // namespace

// y = x · scale + offset
void onnx_rescaling(OnnxCall& call) {
  const DType dtype = call.layer.dtype();
  const OnnxTerm x{&call.graph, call.x(), dtype};
  call.give((x * x.weight(numbers_in(call.config["scale"], dtype)) + x.weight(numbers_in(call.config["offset"], dtype)))
                .name);
}

namespace {

// Numbers along the last of the axes, as they broadcast to the input.
Tensor along_axes(const OnnxCall& call, const Tensor& numbers) {
  std::vector<std::int64_t> axes = call.axes();
  std::sort(axes.begin(), axes.end());
  Shape shape;
  for (std::size_t axis = 0; axis < call.rank(); ++axis) shape.push_back(1);
  for (std::size_t i = 1; i <= numbers.rank(); ++i)
    shape = shape.with(static_cast<std::size_t>(axes[axes.size() - i]), numbers.shape()[numbers.rank() - i]);
  return ops::reshape(numbers, shape);
}

}  // namespace

// y = (x − mean) / √variance, or back
void onnx_normalization(OnnxCall& call) {
  constexpr double least_deviation = 1e-7;
  const DType dtype = call.layer.dtype();
  const auto numbers = [&](const char* name) {
    const Config& given = call.config[name];
    return along_axes(call, given.is_null() ? *call.weight(name) : numbers_in(given, dtype));
  };
  const Tensor deviation = ops::maximum(ops::sqrt(numbers("variance")), Tensor::full({}, least_deviation, dtype));
  const OnnxTerm x{&call.graph, call.x(), dtype}, mean = x.weight(numbers("mean")), scale = x.weight(deviation);
  call.give(call.config["invert"].as_bool() ? (mean + x * scale).name : (x - mean).of("Div", scale).name);
}

namespace {

// How ids become vectors; an id that lies outside counts nowhere.
struct Encoding {
  std::string mode;
  std::int64_t depth;
  DType dtype;
};

std::string counted(OnnxCall& call, const std::string& ones, std::int64_t axis) {
  return call.graph.add("ReduceSum", {ones, call.graph.integers({axis})}, {{"keepdims", std::int64_t{0}}});
}

// int64 ids; with weights, of the ids' shape, each counts its own.
std::string encoded(OnnxCall& call, const std::string& ids, const Encoding& encoding, const std::string& weights = "") {
  OnnxGraph& graph = call.graph;
  if (encoding.mode == "int") return encoding.dtype == int64 ? ids : graph.cast(ids, encoding.dtype);
  const bool is_one_hot = encoding.mode == "one_hot";
  const Shape& shape = call.inputs[0].shape;
  const bool is_column = is_one_hot && shape.rank() > 1 && shape.back() == 1;
  const std::string each = is_column ? ids : graph.unsqueeze(ids, {-1});
  std::vector<std::int64_t> all(static_cast<std::size_t>(encoding.depth));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
  std::string ones = graph.cast(graph.add("Equal", {each, graph.integers(all)}), encoding.dtype);
  if (is_one_hot) return ones;
  if (!weights.empty()) ones = graph.add("Mul", {ones, graph.unsqueeze(weights, {-1})});
  const std::string counts = counted(call, ones, shape.rank() > 1 ? 1 : 0);
  if (encoding.mode == "count") return counts;
  return graph.cast(graph.add("Not", {graph.add("Equal", {counts, graph.number(0, encoding.dtype)})}), encoding.dtype);
}

}  // namespace

void onnx_category_encoding(OnnxCall& call) {
  const std::string weights = call.inputs.size() > 1 ? call.x(1) : "";
  const Encoding encoding{call.config["output_mode"].as_string(), call.config["num_tokens"].as_int(),
                          call.layer.dtype()};
  call.outputs[0].name = encoded(call, call.graph.cast(call.inputs[0].name, int64), encoding, weights);
}

// How many boundaries do not lie above each number; of NaN none does.
void onnx_discretization(OnnxCall& call) {
  OnnxGraph& graph = call.graph;
  const Config& boundaries = call.config["bin_boundaries"];
  std::string bins;
  std::int64_t depth = 1;
  if (boundaries.is_null()) {
    bins = graph.cast(graph.add("ConstantOfShape", {graph.add("Shape", {call.inputs[0].name})}), int64);
  } else {
    const std::string bounds = graph.weight(numbers_in(boundaries, call.layer.dtype()));
    const std::string above = graph.add("Less", {graph.unsqueeze(call.x(), {-1}), bounds});
    bins = counted(call, graph.cast(graph.add("Not", {above}), int64), -1);
    depth += std::ssize(boundaries.as_list());
  }
  call.outputs[0].name = encoded(call, bins, {call.config["output_mode"].as_string(), depth, call.outputs[0].dtype});
}

namespace {

// An IntegerLookup, which has a vocabulary.
struct Lookup {
  OnnxCall& call;
  std::vector<std::int64_t> tokens;  // without the special ones
  std::int64_t first_oov, others;    // ids of integers that are not in the vocabulary

  explicit Lookup(OnnxCall& of)
      : call(of),
        tokens(integers_in(of.config["vocabulary"])),
        first_oov(has_mask() && mode() == "int" ? 1 : 0),
        others(of.config["num_oov_indices"].as_int()) {
    const auto special = static_cast<std::ptrdiff_t>(first_token());
    if (std::ssize(tokens) == of.config["vocabulary_size"].as_int())
      tokens.erase(tokens.begin(), tokens.begin() + special);
  }
  std::string mode() const { return call.config["output_mode"].as_string(); }
  bool has_mask() const { return !call.config["mask_token"].is_null(); }
  std::int64_t first_token() const { return first_oov + others; }
  std::int64_t size() const { return first_token() + std::ssize(tokens); }
  std::string id(std::int64_t value) const { return call.graph.weight(Tensor(value)); }

  // The ids of integers that are not in the vocabulary.
  std::string other_ids(const std::string& x) const {
    OnnxGraph& graph = call.graph;
    if (others < 2) return id(others == 0 ? -1 : first_oov);
    if (call.config["oov_method"].as_string() != "floormod")
      throw ValueError("export_onnx", fmt::format("ONNX has no hash function; got oov_method \"{}\"; expected "
                                                  "\"floormod\", or one id for integers that are not in the vocabulary",
                                                  call.config["oov_method"].as_string()));
    return graph.add("Add", {graph.add("Mod", {x, id(others)}), id(first_oov)});
  }

  std::string ids(const std::string& x) const {
    OnnxGraph& graph = call.graph;
    const std::string equal = graph.cast(graph.add("Equal", {graph.unsqueeze(x, {-1}), graph.integers(tokens)}), int32);
    const OnnxAttributes last{{"axis", std::int64_t{-1}}, {"keepdims", std::int64_t{0}}};
    const std::string known = graph.cast(
        graph.add("ReduceMax", {equal}, {{"axes", std::vector<std::int64_t>{-1}}, {"keepdims", std::int64_t{0}}}),
        boolean);
    const std::string token = graph.add("Add", {graph.add("ArgMax", {equal}, last), id(first_token())});
    return graph.add("Where", {known, token, other_ids(x)});
  }

  std::string integers(const std::string& x) const {
    OnnxGraph& graph = call.graph;
    const std::string place = graph.add("Sub", {x, id(first_token())});
    const std::string inside = graph.add("Clip", {place, id(0), id(std::ssize(tokens) - 1)});
    const std::string token = graph.add("Gather", {graph.integers(tokens), inside}, {{"axis", std::int64_t{0}}});
    return graph.add("Where", {graph.add("Equal", {place, inside}), token, id(call.config["oov_token"].as_int())});
  }

  std::string unless(const std::string& x, std::int64_t equals, std::int64_t then, const std::string& y) const {
    OnnxGraph& graph = call.graph;
    return graph.add("Where", {graph.add("Equal", {x, id(equals)}), id(then), y});
  }
};

}  // namespace

void onnx_integer_lookup(OnnxCall& call) {
  if (lacks_vocabulary(call.layer))
    throw ValueError("export_onnx", "there is no vocabulary; call adapt() or set_vocabulary() first");
  OnnxGraph& graph = call.graph;
  const Lookup lookup(call);
  const bool inverts = call.config["invert"].as_bool(), is_int = lookup.mode() == "int";
  const std::string x = call.inputs[0].dtype == int64 ? call.inputs[0].name : graph.cast(call.inputs[0].name, int64);
  std::string ids = inverts ? lookup.integers(x) : lookup.ids(x);
  if (lookup.has_mask()) {
    const std::int64_t mask = call.config["mask_token"].as_int();
    ids = inverts ? lookup.unless(x, 0, mask, ids) : lookup.unless(x, mask, is_int ? 0 : -1, ids);
  }
  const std::int64_t depth =
      call.config["pad_to_max_tokens"].as_bool() ? call.config["max_tokens"].as_int() : lookup.size();
  const std::optional<Tensor> weights = vocabulary_weights(call.layer);
  const std::string y = encoded(call, ids, {weights ? "count" : lookup.mode(), depth, call.outputs[0].dtype});
  call.outputs[0].name = weights ? graph.add("Mul", {y, graph.weight(*weights)}) : y;
}

}  // namespace cornu::detail
