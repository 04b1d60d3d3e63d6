// Layers whose windows slide, in every mode that changes the graph.
#include <fmt/core.h>

#include "tests/onnx_runtime/models.hpp"

namespace onnx_models {

namespace {

using namespace layers;

// A model of one layer, on extents that are known and on open ones, with the channels behind and in front.
template <class Make>
void on_windows(const std::string& name, const Tensor& x, const Make& make) {
  for (const char* const format : {"channels_last", "channels_first"})
    for (const bool open : {false, true}) {
      const auto layer = [&](const SymbolicTensor& input) { return make(format)(input); };
      const std::string full = fmt::format("{}_{}{}", name, format, open ? "_open" : "");
      if (open)
        on_open(full, x, format == std::string("channels_first"), layer);
      else
        on(full, x, layer);
    }
}

Tensor steps() { return random::normal({2, 4, 6}); }
Tensor pictures() { return random::normal({2, 6, 7, 6}); }
Tensor blocks() { return random::normal({1, 4, 5, 4, 4}); }

void write_convolutions() {
  on_windows("conv1d", steps(), [](auto format) { return Conv1D(4, 2, {.data_format = format}); });
  on_windows("conv1d_causal", steps(), [](auto format) {
    return Conv1D(4, 2, {.padding = "causal", .data_format = format, .dilation_rate = 2, .activation = "tanh"});
  });
  on_windows("conv1d_causal_strides", steps(), [](auto format) {
    return Conv1D(4, 3, {.strides = 2, .padding = "causal", .data_format = format, .use_bias = false});
  });
  on_windows("conv2d_same", pictures(), [](auto format) {
    return Conv2D(4, {3, 2}, {.strides = {2, 3}, .padding = "same", .data_format = format, .activation = "softmax"});
  });
  on_windows("conv2d_far", pictures(), [](auto format) {
    return Conv2D(3, {2, 1}, {.strides = {4, 3}, .padding = "same", .data_format = format});
  });
  on_windows("conv2d_groups", pictures(), [](auto format) {
    return Conv2D(4, 3, {.padding = "same", .data_format = format, .dilation_rate = {1, 2}, .groups = 2});
  });
  on_windows("conv2d_strides", pictures(),
             [](auto format) { return Conv2D(4, 3, {.strides = 2, .data_format = format, .groups = 2}); });
  on_windows("conv3d", blocks(), [](auto format) {
    return Conv3D(3, {2, 1, 3}, {.strides = {1, 2, 2}, .padding = "same", .data_format = format});
  });
}

void write_transposes() {
  for (const std::string padding : {"valid", "same"})
    for (const std::int64_t output_padding : {-1, 0, 1}) {
      const std::string name =
          fmt::format("{}_{}", padding, output_padding < 0 ? "none" : std::to_string(output_padding));
      const auto padded = [&]<std::size_t N>(ConvTransposeOptions<N> options, auto format) {
        options.padding = padding;
        options.data_format = format;
        if (output_padding >= 0) options.output_padding = output_padding;
        return options;
      };
      on_windows("conv1d_transpose_" + name, steps(), [&](auto format) {
        return Conv1DTranspose(3, 3, padded(Conv1DTransposeOptions{.strides = 2, .activation = "tanh"}, format));
      });
      on_windows("conv2d_transpose_" + name, pictures(), [&](auto format) {
        return Conv2DTranspose(3, {4, 1}, padded(Conv2DTransposeOptions{.strides = {2, 3}}, format));
      });
      on_windows("conv3d_transpose_" + name, blocks(), [&](auto format) {
        return Conv3DTranspose(2, {2, 3, 2}, padded(Conv3DTransposeOptions{.strides = 2, .use_bias = false}, format));
      });
    }
  on_windows("conv2d_transpose_dilated", pictures(), [](auto format) {
    return Conv2DTranspose(3, {3, 2}, {.padding = "same", .data_format = format, .dilation_rate = {2, 1}});
  });
}

void write_depthwise() {
  on_windows("depthwise1d", steps(), [](auto format) {
    return DepthwiseConv1D(3, {.strides = 2, .padding = "same", .depth_multiplier = 2, .data_format = format});
  });
  on_windows("depthwise2d", pictures(), [](auto format) {
    return DepthwiseConv2D({2, 3}, {.padding = "same", .data_format = format, .activation = "relu"});
  });
  on_windows("depthwise2d_strides_dilated", pictures(), [](auto format) {
    return DepthwiseConv2D(2, {.strides = 2, .padding = "same", .data_format = format, .dilation_rate = 2});
  });
  on_windows("separable1d", steps(), [](auto format) {
    return SeparableConv1D(4, 3, {.data_format = format, .depth_multiplier = 2, .activation = "tanh"});
  });
  on_windows("separable2d", pictures(), [](auto format) {
    return SeparableConv2D(4, {2, 3}, {.strides = 2, .padding = "same", .data_format = format, .use_bias = false});
  });
}

void write_pooling() {
  for (const std::string padding : {"valid", "same"}) {
    on_windows("max_pooling1d_" + padding, steps(),
               [&](auto format) { return MaxPooling1D(3, {.strides = 2, .padding = padding, .data_format = format}); });
    on_windows("max_pooling2d_" + padding, pictures(), [&](auto format) {
      return MaxPooling2D({3, 2}, {.padding = padding, .data_format = format});
    });
    on_windows("max_pooling3d_" + padding, blocks(), [&](auto format) {
      return MaxPooling3D(2, {.strides = {1, 2, 3}, .padding = padding, .data_format = format});
    });
    on_windows("average_pooling1d_" + padding, steps(), [&](auto format) {
      return AveragePooling1D(3, {.strides = 1, .padding = padding, .data_format = format});
    });
    on_windows("average_pooling2d_" + padding, pictures(), [&](auto format) {
      return AveragePooling2D({3, 2}, {.strides = {2, 3}, .padding = padding, .data_format = format});
    });
    on_windows("average_pooling3d_" + padding, blocks(), [&](auto format) {
      return AveragePooling3D({2, 3, 1}, {.padding = padding, .data_format = format});
    });
  }
  on_windows("max_pooling_of_integers", ops::cast(pictures() * 9, int32),
             [](auto format) { return MaxPooling2D(3, {.padding = "same", .data_format = format}); });
  on_windows("max_pooling_float64", ops::cast(pictures(), float64),
             [](auto format) { return MaxPooling2D(3, {.padding = "same", .data_format = format, .dtype = float64}); });
}

void write_global_pooling() {
  for (const bool keepdims : {false, true}) {
    const auto options = [&](auto format) { return GlobalPoolingOptions{.data_format = format, .keepdims = keepdims}; };
    const std::string end = keepdims ? "_kept" : "";
    on_windows("global_max1d" + end, steps(), [&](auto format) { return GlobalMaxPooling1D(options(format)); });
    on_windows("global_max2d" + end, pictures(), [&](auto format) { return GlobalMaxPooling2D(options(format)); });
    on_windows("global_max3d" + end, blocks(), [&](auto format) { return GlobalMaxPooling3D(options(format)); });
    on_windows("global_average1d" + end, steps(),
               [&](auto format) { return GlobalAveragePooling1D({.data_format = format, .keepdims = keepdims}); });
    on_windows("global_average2d" + end, pictures(),
               [&](auto format) { return GlobalAveragePooling2D(options(format)); });
    on_windows("global_average3d" + end, blocks(),
               [&](auto format) { return GlobalAveragePooling3D(options(format)); });
  }
}

template <class L, class Options>
void write_conv_lstm(const std::string& name, const Tensor& x, const L& make, Options options) {
  for (const char* const format : {"channels_last", "channels_first"})
    for (const bool all : {false, true})
      for (const bool back : {false, true}) {
        options.data_format = format;
        options.return_sequences = all;
        options.go_backwards = back;
        const std::string full = fmt::format("{}_{}{}{}", name, format, all ? "_all" : "", back ? "_backwards" : "");
        on(full, x, [&](const SymbolicTensor& input) { return make(options)(input); });
      }
  options.return_state = true;
  on(name + "_states", x, [&](const SymbolicTensor& input) { return make(options).all_outputs(input); });
  on(name + "_between", x, [&](const SymbolicTensor& input) {
    const SymbolicTensors first = make(options).all_outputs(input);
    return make(options).all_outputs(SymbolicTensors({input, first[1], first[2]}));
  });
}

// Under a mask, from an embedding: each word is a row of two places with two channels.
void write_masked_conv_lstm() {
  for (const bool zero : {false, true})
    on(fmt::format("conv_lstm1d_masked_{}", zero), ids(), [&](const SymbolicTensor& x) {
      const SymbolicTensor rows = TimeDistributed(Reshape({2, 2}))(masked(x, 4));
      return ConvLSTM1D(2, 2, {.padding = "same", .return_sequences = true, .zero_output_for_mask = zero})(rows);
    });
}

void write_conv_lstms() {
  write_conv_lstm(
      "conv_lstm1d", random::normal({2, 3, 5, 5}), [](const auto& options) { return ConvLSTM1D(3, 2, options); },
      ConvLSTM1DOptions{.strides = 2});
  write_conv_lstm(
      "conv_lstm2d", random::normal({2, 3, 4, 4, 4}),
      [](const auto& options) {
        return ConvLSTM2D(2, {3, 2}, options);
      },
      ConvLSTM2DOptions{.padding = "same", .dilation_rate = {1, 2}, .activation = "softmax", .use_bias = false});
  write_conv_lstm(
      "conv_lstm3d", random::normal({1, 2, 3, 3, 3, 3}), [](const auto& options) { return ConvLSTM3D(2, 2, options); },
      ConvLSTM3DOptions{.padding = "same", .recurrent_activation = "hard_sigmoid"});
  write_masked_conv_lstm();
}

}  // namespace

void write_windows() {
  write_conv_lstms();
  write_convolutions();
  write_transposes();
  write_depthwise();
  write_pooling();
  write_global_pooling();
}

}  // namespace onnx_models
