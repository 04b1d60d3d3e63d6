// Attention, layers that are called step by step, and numbers that are prepared.
#include <fmt/core.h>

#include <limits>

#include "tests/onnx_runtime/models.hpp"

namespace onnx_models {

using namespace layers;

namespace {

Tensor other_ids() { return Tensor({{1, 0, 4}, {0, 0, 0}, {2, 3, 0}, {5, 6, 7}}); }

// The layer on two sequences, on masked ones, and with scores and the causal mask.
template <class Make>
void write_attention_of(const std::string& name, const Make& make) {
  const Tensors x{random::normal({2, 3, 4}), random::normal({2, 5, 4})}, words{ids(), other_ids()};
  on_several(name, x, [&](const auto& in) { return make().all_outputs({in[0], in[1]}); });
  on_several(name + "_key", {x[0], random::normal({2, 5, 4}), x[1]}, [&](const auto& in) {
    return make().all_outputs({in[0], in[1], in[2]});
  });
  on_several(name + "_causal_scores", x, [&](const auto& in) {
    return make().all_outputs({in[0], in[1]}, {.return_attention_scores = true, .use_causal_mask = true});
  });
  on_several(name + "_masked", words, [&](const auto& in) {
    return make().all_outputs({masked(in[0], 4), masked(in[1], 4)}, {.return_attention_scores = true});
  });
  on_several(name + "_mask_goes_on", words, [&](const auto& in) {
    return GlobalAveragePooling1D()(make()({masked(in[0], 4), masked(in[1], 4)}, {.use_causal_mask = true}));
  });
  on_open(name + "_open", sequences(), false, [&](const SymbolicTensor& in) {
    return make().all_outputs({in, in}, {.use_causal_mask = true});
  });
}

void write_scored() {
  write_attention_of("attention", [] { return Attention(); });
  write_attention_of("attention_scale", [] { return Attention({.use_scale = true}); });
  write_attention_of("attention_concat",
                     [] { return Attention({.use_scale = true, .score_mode = "concat", .dropout = 0.5}); });
  write_attention_of("additive_attention", [] { return AdditiveAttention(); });
  write_attention_of("additive_attention_plain", [] { return AdditiveAttention({.use_scale = false}); });
  on_several("attention_rank4", {random::normal({2, 2, 3, 4}), random::normal({2, 2, 5, 4})}, [](const auto& in) {
    return Attention({.use_scale = true}).all_outputs({in[0], in[1]}, {.use_causal_mask = true});
  });
}

void write_headed() {
  write_attention_of("multi_head_attention", [] { return MultiHeadAttention(2, 3); });
  write_attention_of("multi_head_attention_options", [] {
    return MultiHeadAttention(
        2, 3, {.value_dim = 2, .use_bias = false, .output_shape = Shape{2}, .sliding_window = 2, .use_gate = true});
  });
  write_attention_of("group_query_attention", [] { return GroupQueryAttention(3, 4, 2); });
  write_attention_of("group_query_attention_gate",
                     [] { return GroupQueryAttention(3, 4, 1, {.sliding_window = 2, .use_gate = true}); });
  const Tensor x = random::normal({2, 3, 4}), rows = random::normal({2, 2, 3, 4});
  for (const Shape& shape : {Shape{2, 3, 3}, Shape{2, 2, 3, 3}})
    on_several(
        fmt::format("multi_head_attention_mask_{}", shape.rank()),
        {x, ops::cast(ops::greater(random::normal(shape), -0.5), float32)}, [](const auto& in) {
          return MultiHeadAttention(2, 3).all_outputs({in[0], in[0], in[0], in[1]}, {.return_attention_scores = true});
        });
  on("multi_head_attention_axis2", rows, [](const SymbolicTensor& in) {
    return MultiHeadAttention(2, 3, {.attention_axes = 2})
        .all_outputs({in, in}, {.return_attention_scores = true, .use_causal_mask = true});
  });
  on("multi_head_attention_all_axes", rows, [](const SymbolicTensor& in) {
    return MultiHeadAttention(2, 3).all_outputs({in, in}, {.return_attention_scores = true});
  });
  on("multi_head_attention_float64", ops::cast(x, float64), [](const SymbolicTensor& in) {
    return MultiHeadAttention(2, 3, {.output_shape = Shape{2, 3}, .dtype = float64})({in, in});
  });
  on("encoder", ids(), [](const SymbolicTensor& in) {
    const SymbolicTensor words = masked(in, 4);
    const SymbolicTensor y = LayerNormalization()(words + MultiHeadAttention(2, 3)({words, words}));
    return Dense(1, "sigmoid")(GlobalAveragePooling1D()(LayerNormalization()(y + Dense(4)(Dense(8, "gelu")(y)))));
  });
}

void write_distributed() {
  on("time_distributed", sequences(), [](const SymbolicTensor& x) { return TimeDistributed(Dense(2, "tanh"))(x); });
  on("time_distributed_open", random::normal({2, 3, 4}),
     [](const SymbolicTensor& x) { return TimeDistributed(BatchNormalization())(x); });
  on("time_distributed_lstm", images(), [](const SymbolicTensor& x) { return TimeDistributed(LSTM(3))(x); });
  on("time_distributed_mean", images(),
     [](const SymbolicTensor& x) { return TimeDistributed(GlobalAveragePooling1D())(x); });
  on("time_distributed_masked", ids(),
     [](const SymbolicTensor& x) { return GlobalAveragePooling1D()(TimeDistributed(Dense(2))(masked(x))); });
  on_open("time_distributed_steps_open", sequences(), false,
          [](const SymbolicTensor& x) { return TimeDistributed(Dense(2))(x); });
}

}  // namespace

void write_attention() {
  write_scored();
  write_headed();
  write_distributed();
}

namespace {

void write_numbers() {
  on("rescaling", features(), [](const SymbolicTensor& x) { return Rescaling(0.5, {.offset = -1})(x); });
  on("rescaling_vector", sequences(), [](const SymbolicTensor& x) {
    return Rescaling({0.5, 2, -1}, {.offset = {1, 0, 3}})(x);
  });
  on("rescaling_of_integers", ids(), [](const SymbolicTensor& x) { return Rescaling(1.0 / 255)(x); });
  on("rescaling_masked", ids(),
     [](const SymbolicTensor& x) { return GlobalAveragePooling1D()(Rescaling(2)(masked(x))); });
  for (const bool invert : {false, true}) {
    const auto name = [&](const char* kind) { return fmt::format("normalization_{}_{}", kind, invert); };
    on(name("features"), sequences(), [&](const SymbolicTensor& x) { return Normalization({.invert = invert})(x); });
    on(name("axes"), images(), [&](const SymbolicTensor& x) {
      return Normalization({.axis = AxisList{3, 1}, .invert = invert})(x);
    });
    on(name("whole"), sequences(), [&](const SymbolicTensor& x) {
      return Normalization({.axis = std::nullopt, .mean = 3, .variance = 2, .invert = invert})(x);
    });
    on(name("given"), sequences(), [&](const SymbolicTensor& x) {
      return Normalization(
          {.axis = AxisList{1, 2}, .mean = Numbers{0.5, 1, 2}, .variance = Numbers{1, 4, 0}, .invert = invert})(x);
    });
  }
}

void write_categories() {
  const Tensor points({{-1.F, 0.F, 0.5F}, {1.F, std::numeric_limits<float>::quiet_NaN(), 1e30F}});
  const Tensor columns({{3}, {0}, {2}}), tokens({{12, 36, 7, 0}, {1138, 42, 42, -5}, {12, 0, 0, 100}});
  for (const char* const mode : {"int", "one_hot", "multi_hot", "count"})
    on(fmt::format("discretization_{}", mode), points, [&](const SymbolicTensor& x) {
      return Discretization({.bin_boundaries = {0, 0.5, 1}, .output_mode = mode})(x);
    });
  on("discretization_of_integers", ids(), [](const SymbolicTensor& x) {
    return Discretization({.bin_boundaries = {0, 2.5}})(x);
  });
  for (const char* const mode : {"one_hot", "multi_hot", "count"}) {
    on(fmt::format("category_encoding_{}", mode), ids(),
       [&](const SymbolicTensor& x) { return CategoryEncoding(10, {.output_mode = mode})(x); });
    on(fmt::format("category_encoding_{}_column", mode), columns,
       [&](const SymbolicTensor& x) { return CategoryEncoding(4, {.output_mode = mode})(x); });
  }
  on_several("category_encoding_weights", {ids(), random::normal({4, 5})}, [](const auto& in) {
    return CategoryEncoding(10, {.output_mode = "count"})({in[0], in[1]});
  });
  const auto look_up = [&](const std::string& name, const IntegerLookupOptions& options) {
    on("integer_lookup_" + name, tokens, [&](const SymbolicTensor& x) { return IntegerLookup(options)(x); });
  };
  const std::vector<std::int64_t> words{12, 36, 1138, 42};
  look_up("int", {.vocabulary = words});
  look_up("mask", {.num_oov_indices = 3, .mask_token = 0, .vocabulary = words});
  look_up("special", {.mask_token = 0, .vocabulary = {0, -1, 12, 36}});
  for (const char* const mode : {"one_hot", "multi_hot", "count"})
    look_up(mode, {.mask_token = 0, .vocabulary = words, .output_mode = mode});
  look_up("padded", {.max_tokens = 9, .vocabulary = words, .output_mode = "count", .pad_to_max_tokens = true});
  look_up("tf_idf", {.vocabulary = words, .idf_weights = {0.5, 1, 2, 3}, .output_mode = "tf_idf"});
  on("integer_lookup_invert", ids(),
     [&](const SymbolicTensor& x) { return IntegerLookup({.mask_token = 0, .vocabulary = words, .invert = true})(x); });
}

}  // namespace

void write_preprocessing() {
  write_numbers();
  write_categories();
}

}  // namespace onnx_models
