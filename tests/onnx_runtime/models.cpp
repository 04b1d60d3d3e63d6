// onnx_models FOLDER: writes models of every layer that ONNX has words for, the inputs of a batch, and what predict
// says. tests/onnx_runtime/run holds onnxruntime to it.
#include <fmt/core.h>

#include <filesystem>

#include <cornu/framework/layer/operation.hpp>
#include <cornu/framework/onnx/export_onnx.hpp>

#include "tests/onnx_runtime/models.hpp"

using namespace cornu;
using namespace onnx_models;

namespace {

std::string folder;

void write(const std::string& name, Model& model, const Tensors& inputs) {
  const std::filesystem::path at = std::filesystem::path(folder) / name;
  std::filesystem::create_directories(at);
  const Tensors outputs = model.predict_all(inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) write_npy((at / fmt::format("x{}.npy", i)).string(), inputs[i]);
  for (std::size_t i = 0; i < outputs.size(); ++i) write_npy((at / fmt::format("y{}.npy", i)).string(), outputs[i]);
  export_onnx(model, (at / "model.onnx").string());
}

}  // namespace

namespace {

void write_with_other_weights(const std::string& name, Model& model, const Tensors& x) {
  std::vector<Tensor> weights;  // biases of zero hide mistakes
  for (const Tensor& weight : model.get_weights())
    weights.push_back(weight + ops::cast(random::normal(weight.shape()) * 0.1, weight.dtype()));
  model.set_weights(weights);
  write(name, model, x);
}

void write_on(const std::string& name, const Tensor& x, const Shape& shape, const Layers& layers) {
  const SymbolicTensor input = Input({.shape = shape, .dtype = x.dtype(), .name = "x"});
  Model model(SymbolicTensors(input), layers(input));
  write_with_other_weights(name, model, x);
}

}  // namespace

void onnx_models::on(const std::string& name, const Tensor& x, const Layers& layers) {
  write_on(name, x, x.shape().removed(0), layers);
}

void onnx_models::on_several(const std::string& name, const Tensors& x, const LayersOfSeveral& layers) {
  std::vector<SymbolicTensor> inputs;
  for (const Tensor& one : x) inputs.push_back(Input({.shape = one.shape().removed(0), .dtype = one.dtype()}));
  Model model(SymbolicTensors(inputs), layers(inputs));
  write_with_other_weights(name, model, x);
}

void onnx_models::on_open(const std::string& name, const Tensor& x, bool channels_first, const Layers& layers) {
  Shape shape = x.shape().removed(0);
  for (std::size_t axis = 0; axis < shape.rank(); ++axis)
    if (axis != (channels_first ? 0 : shape.rank() - 1)) shape = shape.with(axis, None);
  write_on(name, x, shape, layers);
}

namespace {

void write_activations() {
  for (const char* const name : {"celu",           "elu",          "exponential", "gelu",        "glu",
                                 "hard_shrink",    "hard_sigmoid", "hard_silu",   "hard_swish",  "hard_tanh",
                                 "leaky_relu",     "linear",       "log_sigmoid", "log_softmax", "mish",
                                 "relu",           "relu6",        "selu",        "sigmoid",     "silu",
                                 "soft_shrink",    "softmax",      "softplus",    "softsign",    "sparse_plus",
                                 "sparse_sigmoid", "squareplus",   "swish",       "tanh",        "tanh_shrink"})
    on(fmt::format("activation_{}", name), features(),
       [&](const SymbolicTensor& x) { return layers::Activation(name)(x); });
}

void write_layers() {
  on("dense", features(),
     [](const SymbolicTensor& x) { return layers::Dense(4, "gelu")(layers::Dense(5, {.use_bias = false})(x)); });
  on("dense_of_sequences", sequences(), [](const SymbolicTensor& x) { return layers::Dense(4, "softmax")(x); });
  on("dense_float64", ops::cast(features(), float64),
     [](const SymbolicTensor& x) { return layers::Dense(4, {.activation = "tanh", .dtype = float64})(x); });
  on("embedding", ids(), [](const SymbolicTensor& x) { return layers::Embedding(10, 4)(x); });
  on("embedding_max_norm", ids(),
     [](const SymbolicTensor& x) { return layers::Embedding(10, 4, {.max_norm = 0.15})(x); });
  for (const char* const mode : {"mean", "sum", "max"})
    on(fmt::format("embedding_bag_{}", mode), ids(),
       [&](const SymbolicTensor& x) { return layers::EmbeddingBag(10, 4, {.mode = mode, .padding_idx = 0})(x); });
  on("embedding_dot", ids(), [](const SymbolicTensor& x) {
    return layers::EmbeddingDot(10, 4)({x, layers::GlobalAveragePooling1D()(layers::Embedding(10, 4)(x))});
  });
  on("flatten", sequences(), [](const SymbolicTensor& x) { return layers::Flatten()(x); });
  on("flatten_channels_first", sequences(),
     [](const SymbolicTensor& x) { return layers::Flatten({.data_format = "channels_first"})(x); });
  on("reshape", features(), [](const SymbolicTensor& x) { return layers::Reshape({-1, 2})(x); });
  on("dropout", features(), [](const SymbolicTensor& x) { return layers::Dropout(0.5)(x); });
  on("mean", sequences(), [](const SymbolicTensor& x) { return layers::GlobalAveragePooling1D()(x); });
  on("mean_keepdims", sequences(), [](const SymbolicTensor& x) {
    return layers::GlobalAveragePooling1D({.data_format = "channels_first", .keepdims = true})(x);
  });
  on("mean_masked", ids(), [](const SymbolicTensor& x) { return layers::GlobalAveragePooling1D()(masked(x)); });
  on("mean_drop_mask", ids(),
     [](const SymbolicTensor& x) { return layers::GlobalAveragePooling1D()(layers::DropMask()(masked(x))); });
}

template <class L>
void write_merge(const std::string& name) {
  on(name, sequences(), [](const SymbolicTensor& x) { return L()({x, layers::Dense(3)(x)}); });
  on(name + "_ranks", sequences(), [](const SymbolicTensor& x) {
    return L()({x, layers::GlobalAveragePooling1D()(x)});
  });
  on(name + "_masked", ids(), [](const SymbolicTensor& x) {
    return layers::GlobalAveragePooling1D()(L()({masked(x), layers::Dense(3)(masked(x))}));
  });
  on(name + "_one_mask", ids(), [](const SymbolicTensor& x) { return L()({masked(x), layers::Embedding(10, 3)(x)}); });
}

void write_merges() {
  write_merge<layers::Add>("add");
  write_merge<layers::Subtract>("subtract");
  write_merge<layers::Multiply>("multiply");
  write_merge<layers::Average>("average");
  write_merge<layers::Maximum>("maximum");
  write_merge<layers::Minimum>("minimum");
  for (const std::int64_t axis : {1, -1}) {
    on(fmt::format("concatenate_{}", axis), sequences(), [&](const SymbolicTensor& x) {
      return layers::Concatenate({.axis = axis})({x, layers::Dense(3)(x)});
    });
    on(fmt::format("concatenate_{}_masked", axis), ids(), [&](const SymbolicTensor& x) {
      return layers::GlobalAveragePooling1D()(
          layers::Concatenate({.axis = axis})({masked(x), layers::Embedding(10, 3)(x)}));
    });
  }
  for (const bool normalize : {false, true}) {
    on(fmt::format("dot_vectors_{}", normalize), features(), [&](const SymbolicTensor& x) {
      return layers::Dot(1, {.normalize = normalize})({x, layers::Dense(6)(x)});
    });
    on(fmt::format("dot_steps_{}", normalize), sequences(), [&](const SymbolicTensor& x) {
      return layers::Dot({2, 2}, {.normalize = normalize})({x, layers::Dense(3)(x)});
    });
    on(fmt::format("dot_features_{}", normalize), sequences(), [&](const SymbolicTensor& x) {
      return layers::Dot({1, 1}, {.normalize = normalize})({x, layers::Dense(2)(x)});
    });
    on(fmt::format("dot_ranks_{}", normalize), sequences(), [&](const SymbolicTensor& x) {
      return layers::Dot({2, 1}, {.normalize = normalize})({x, layers::GlobalAveragePooling1D()(x)});
    });
  }
}

template <class L, class Options>
void write_recurrent(const std::string& name, const Options& base) {
  for (const bool all : {false, true})
    for (const bool back : {false, true}) {
      Options options = base;
      options.return_sequences = all;
      options.go_backwards = back;
      const std::string suffix = fmt::format("{}{}{}", name, all ? "_sequences" : "", back ? "_backwards" : "");
      on(suffix, sequences(), [&](const SymbolicTensor& x) { return L(4, options)(x); });
      on(suffix + "_masked", ids(), [&](const SymbolicTensor& x) { return L(4, options)(masked(x)); });
    }
  Options states = base;
  states.return_state = true;
  on(name + "_states", sequences(), [&](const SymbolicTensor& x) { return L(4, states).all_outputs(x); });
  on(name + "_between", ids(), [&](const SymbolicTensor& x) {
    Options first = base;
    first.return_sequences = true;
    const SymbolicTensors outputs = L(4, states).all_outputs(masked(x));
    SymbolicTensors inputs(L(4, first)(masked(x)));
    for (std::size_t i = 1; i < outputs.size(); ++i) inputs.push_back(outputs[i]);
    return L(4, base)(inputs);
  });
  on(name + "_zero_outputs", ids(), [&](const SymbolicTensor& x) {
    Options zero = base;
    zero.return_sequences = zero.zero_output_for_mask = true;
    return L(4, zero)(masked(x));
  });
  for (const char* const mode : {"concat", "sum", "mul", "ave"})
    for (const bool all : {false, true}) {
      Options options = base;
      options.return_sequences = all;
      const std::string suffix = fmt::format("{}_{}{}", name, mode, all ? "_sequences" : "");
      on(suffix, sequences(),
         [&](const SymbolicTensor& x) { return layers::Bidirectional(L(4, options), {.merge_mode = mode})(x); });
      on(suffix + "_masked", ids(), [&](const SymbolicTensor& x) {
        return layers::Bidirectional(L(4, options), {.merge_mode = mode})(masked(x));
      });
    }
  on(name + "_unmerged", ids(), [&](const SymbolicTensor& x) {
    return layers::Bidirectional(L(4, states), {.merge_mode = {}}).all_outputs(masked(x));
  });
}

void write_recurrents() {
  write_recurrent<layers::LSTM>("lstm", layers::LSTMOptions{});
  write_recurrent<layers::GRU>("gru", layers::GRUOptions{});
  write_recurrent<layers::SimpleRNN>("simple_rnn", layers::SimpleRNNOptions{});
  write_recurrent<layers::LSTM>(
      "lstm_hard",
      layers::LSTMOptions{.activation = "gelu", .recurrent_activation = "hard_sigmoid", .use_bias = false});
  write_recurrent<layers::GRU>("gru_before", layers::GRUOptions{.activation = "relu", .reset_after = false});
  on("cells", sequences(), [](const SymbolicTensor& x) {
    return layers::RNN(layers::StackedRNNCells(layers::LSTMCell(4), layers::GRUCell(3), layers::SimpleRNNCell(2)),
                       {.return_sequences = true})(x);
  });
  on("cells_masked", ids(), [](const SymbolicTensor& x) {
    return layers::RNN(layers::StackedRNNCells(layers::LSTMCell(4), layers::GRUCell(3)), {.return_state = true})
        .all_outputs(masked(x));
  });
}

// Ops of two operands get the tensor and a number, and two tensors.
void write_operations() {
  for (const std::string_view name : cornu::detail::operation_names()) {
    using cornu::detail::Operation;
    using cornu::detail::OperationArgument;
    const Tensor x =
        name == "LogicalAnd" || name == "LogicalOr" || name == "LogicalNot" || name == "All" || name == "Any"
            ? ops::greater(features(), Tensor(0.F))
        : name == "Matmul" ? ops::abs(random::normal({4, 6, 6}))
                           : ops::abs(features()) + 0.1F;
    const auto write_call = [&](const char* suffix, std::vector<OperationArgument> arguments, std::size_t inputs,
                                Config config = Config::object()) {
      on(fmt::format("op_{}{}", name, suffix), x, [&](const SymbolicTensor& input) {
        const auto layer = std::make_shared<Operation>(std::string(name), arguments, "op", config);
        SymbolicTensors all(input);
        if (inputs == 2) all.push_back(input);
        return layer->all_outputs(all);
      });
    };
    const auto attempt = [&](const char* suffix, std::vector<OperationArgument> arguments, std::size_t inputs,
                             Config config = Config::object()) {
      try {
        write_call(suffix, std::move(arguments), inputs, std::move(config));
        return true;
      } catch (const Error& error) {
        if (std::string_view(error.what()).starts_with("[keras.ops]")) return false;
        throw;
      }
    };
    bool any = attempt("", {{}}, 1);
    any |= attempt("_tensors", {{}, {}}, 2);
    if (x.dtype() == float32 && name != "Matmul") attempt("_number", {{}, {.number = 1.5}}, 1);
    if (x.dtype() == float32 && name != "Matmul") attempt("_of_number", {{.number = 1.5}, {}}, 1);
    attempt("_axis", {{}}, 1, Config::object({{"axis", 1}, {"keepdims", true}}));
    if (!any) throw ValueError("onnx_models", fmt::format("no call of {} was made", name));
  }
}

void write_nested() {
  const auto inner_input = Input({.shape = {None}, .dtype = int32});
  const auto inner = std::make_shared<Model>(inner_input, layers::LSTM(4)(masked(inner_input)));
  const auto a = Input({.shape = {None}, .dtype = int32, .name = "question"}),
             b = Input({.shape = {None}, .dtype = int32, .name = "answer"});
  Model two({a, b}, {layers::Dense(1, {.name = "score"})(layers::Concatenate()({(*inner)(a), (*inner)(b)})),
                     layers::Dot(1)({(*inner)(a), (*inner)(b)})});
  write("nested", two, {ids(), ids()});
  Sequential chain{layers::Embedding(10, 4, {.mask_zero = true}), layers::Bidirectional(layers::GRU(3)),
                   layers::Dense(1, "sigmoid")};
  chain.build({None, None});
  write("sequential", chain, ids());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return fmt::print(stderr, "usage: onnx_models FOLDER\n"), 2;
  folder = argv[1];
  random::set_seed(1);
  write_activations();
  write_layers();
  write_merges();
  write_recurrents();
  write_operations();
  write_nested();
  write_attention();
  write_preprocessing();
  write_families();
  write_windows();
}
