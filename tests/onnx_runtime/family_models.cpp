// Families of layers, in every mode that changes the graph.
#include <fmt/core.h>

#include "tests/onnx_runtime/models.hpp"

namespace onnx_models {

namespace {

// A model of one layer.
template <class Make>
void on_layer(const std::string& name, const Tensor& x, const Make& make) {
  on(name, x, [&](const SymbolicTensor& input) { return make()(input); });
}

// On a mask, which a mean behind it reads.
template <class Make>
void on_mask(const std::string& name, const Make& make) {
  on(name, ids(), [&](const SymbolicTensor& x) { return layers::GlobalAveragePooling1D()(make()(masked(x))); });
}

void write_normalizations() {
  using namespace layers;
  on_layer("batch_normalization", features(), [] { return BatchNormalization(); });
  on_layer("batch_normalization_axis", images(), [] { return BatchNormalization({.axis = 1, .epsilon = 0.1}); });
  on_layer("batch_normalization_plain", sequences(),
           [] { return BatchNormalization({.center = false, .scale = false}); });
  on_layer("batch_normalization_float64", ops::cast(features(), float64),
           [] { return BatchNormalization({.dtype = float64}); });
  on_mask("batch_normalization_masked", [] { return BatchNormalization(); });
  on_layer("layer_normalization", sequences(), [] { return LayerNormalization(); });
  on_layer("layer_normalization_axes", sequences(), [] {
    return LayerNormalization({.axis = {1, 2}, .center = false});
  });
  on_layer("layer_normalization_axis", images(), [] { return LayerNormalization({.axis = 1, .epsilon = 0.5}); });
  on_layer("layer_normalization_plain", features(),
           [] { return LayerNormalization({.center = false, .scale = false}); });
  on_layer("layer_normalization_rms", features(), [] { return LayerNormalization({.rms_scaling = true}); });
  on_layer("layer_normalization_float64", ops::cast(features(), float64),
           [] { return LayerNormalization({.dtype = float64}); });
  on_mask("layer_normalization_masked", [] { return LayerNormalization(); });
  on_layer("group_normalization", images(), [] { return GroupNormalization({.groups = 2}); });
  on_layer("group_normalization_axis", images(), [] { return GroupNormalization({.groups = 2, .axis = 1}); });
  on_layer("group_normalization_each", features(), [] { return GroupNormalization({.groups = -1, .scale = false}); });
  on_mask("group_normalization_masked", [] { return GroupNormalization({.groups = 1}); });
  on_layer("rms_normalization", sequences(), [] { return RMSNormalization(); });
  on_layer("rms_normalization_axes", sequences(), [] { return RMSNormalization({.axis = {1, 2}, .epsilon = 0.5}); });
  on_layer("unit_normalization", ops::where(ops::greater(sequences(), 0), sequences(), Tensor::zeros({})),
           [] { return UnitNormalization(); });
  on_layer("unit_normalization_zeros", Tensor::zeros({2, 3}), [] { return UnitNormalization(); });
  on_layer("unit_normalization_axes", images(), [] { return UnitNormalization({.axis = {1, -1}}); });
  on_layer("spectral_normalization", features(), [] { return SpectralNormalization(Dense(3, "tanh")); });
}

void write_activation_layers() {
  using namespace layers;
  on_layer("relu_layer", features(), [] { return ReLU(); });
  on_layer("relu_layer_options", features(),
           [] { return ReLU({.max_value = 1.5, .negative_slope = 0.25, .threshold = 0.5}); });
  on_layer("relu_layer_slope", features(), [] { return ReLU({.negative_slope = 0.25}); });
  on_layer("relu_layer_of_integers", ids() - 4, [] { return ReLU(); });
  on_layer("leaky_relu_layer", features(), [] { return LeakyReLU({.negative_slope = 0.5}); });
  on_layer("elu_layer", features(), [] { return ELU({.alpha = 0.5}); });
  on_layer("prelu", features(), [] { return PReLU(); });
  on_layer("prelu_shared", images(), [] { return PReLU({.shared_axes = {1, 2}}); });
  on_layer("softmax_layer", sequences(), [] { return Softmax(); });
  on_layer("softmax_layer_axes", sequences(), [] { return Softmax({.axis = {1, 2}}); });
  on_mask("softmax_layer_masked", [] { return Softmax({.axis = 1}); });
  on_mask("softmax_layer_masked_features", [] { return Softmax(); });
}

void write_shapes() {
  using namespace layers;
  on_layer("permute", images(), [] { return Permute({3, 1, 2}); });
  on_layer("repeat_vector", features(), [] { return RepeatVector(3); });
  for (const char* const format : {"channels_last", "channels_first"}) {
    const auto on_format = [&](const char* name, const Tensor& x, const auto& make) {
      on_layer(fmt::format("{}_{}", name, format), x, make);
    };
    on_format("zero_padding1d", sequences(), [&] { return ZeroPadding1D({.padding = {1, 2}, .data_format = format}); });
    on_format("zero_padding2d", images(), [&] {
      return ZeroPadding2D({.padding = {{1, 0}, {0, 2}}, .data_format = format});
    });
    on_format("zero_padding3d", volumes(), [&] { return ZeroPadding3D({.padding = 1, .data_format = format}); });
    on_format("cropping2d", images(), [&] {
      return Cropping2D({.cropping = {{0, 1}, {1, 0}}, .data_format = format});
    });
    on_format("cropping3d", volumes(), [&] {
      return Cropping3D({.cropping = {{0, 0}, {1, 0}, {0, 1}}, .data_format = format});
    });
    on_format("up_sampling2d", images(), [&] { return UpSampling2D({.size = {2, 3}, .data_format = format}); });
    on_format("up_sampling2d_bilinear", images(), [&] {
      return UpSampling2D({.size = {2, 3}, .data_format = format, .interpolation = "bilinear"});
    });
    on_format("up_sampling3d", volumes(), [&] { return UpSampling3D({.size = {1, 2, 3}, .data_format = format}); });
  }
  on_layer("cropping1d", sequences(), [] { return Cropping1D({.cropping = {1, 2}}); });
  on_layer("up_sampling1d", sequences(), [] { return UpSampling1D({.size = 3}); });
}

void write_others() {
  using namespace layers;
  on_layer("spatial_dropout1d", sequences(), [] { return SpatialDropout1D(0.5); });
  on_layer("spatial_dropout2d", images(), [] { return SpatialDropout2D(0.5); });
  on_layer("spatial_dropout3d", volumes(), [] { return SpatialDropout3D(0.5); });
  on_layer("gaussian_dropout", features(), [] { return GaussianDropout(0.5); });
  on_layer("gaussian_noise", features(), [] { return GaussianNoise(0.5); });
  on_layer("alpha_dropout", features(), [] { return AlphaDropout(0.5); });
  on_layer("activity_regularization", features(), [] { return ActivityRegularization({.l2 = 0.5}); });
  on_layer("identity", features(), [] { return Identity(); });
  on_layer("identity_of_integers", ids(), [] { return Identity(); });
  on("masking", ops::where(ops::greater(random::normal({4, 5, 1}), 0), sequences(), Tensor::zeros({})),
     [](const SymbolicTensor& x) {
       const SymbolicTensor steps = Masking()(x);
       return SymbolicTensors({GlobalAveragePooling1D()(steps), LSTM(4)(steps)});
     });
  on_layer("einsum_dense", sequences(), [] {
    return EinsumDense("abc,cd->abd", {None, 2}, {.activation = "tanh", .bias_axes = "d"});
  });
  on_layer("einsum_dense_dots", images(), [] { return EinsumDense("...x,xy->...y", {4}); });
  for (const bool is_tied : {true, false})
    on(fmt::format("reversible_embedding_{}", is_tied), ids(), [&](const SymbolicTensor& x) {
      const auto words =
          shared(ReversibleEmbedding(10, 3, {.tie_weights = is_tied, .mask_zero = true, .logit_soft_cap = 2}));
      return words->reverse(LSTM(3, {.return_sequences = true})((*words)(x)));
    });
}

}  // namespace

void write_families() {
  write_normalizations();
  write_activation_layers();
  write_shapes();
  write_others();
}

}  // namespace onnx_models
