// Windows that slide: convolutions, also recurrent ones, and pooling.
#include <cornu/layers/convolutional/conv.hpp>
#include <cornu/layers/convolutional/conv_transpose.hpp>
#include <cornu/layers/convolutional/depthwise_conv.hpp>
#include <cornu/layers/convolutional/separable_conv.hpp>
#include <cornu/layers/pooling/global_pooling.hpp>
#include <cornu/layers/pooling/pooling.hpp>
#include <cornu/layers/recurrent/conv_lstm.hpp>

#include "tests/support/layer_example.hpp"

namespace cornu::testing {

using namespace layers;

void add_convolution(std::vector<LayerExample>& examples) {
  const Tensor steps = random::normal({2, 6, 4}), image = random::normal({2, 4, 3, 2}),
               volume = random::normal({1, 3, 3, 2, 4});
  const auto add = [&](std::string_view name, auto make, const Tensor& x) {
    examples.push_back(example(name, make, x));
  };
  add(
      "Conv1D",
      [] { return Conv1D(4, 2, {.padding = "causal", .dilation_rate = 2, .groups = 2, .activation = "tanh"}); }, steps);
  add(
      "Conv1D",
      [] {
        return Conv1D(3, 3,
                      {.strides = 2,
                       .padding = "same",
                       .data_format = "channels_first",
                       .kernel_initializer = "he_normal",
                       .bias_initializer = "ones",
                       .kernel_regularizer = "l2",
                       .bias_regularizer = "l1",
                       .activity_regularizer = "l2",
                       .kernel_constraint = "unit_norm",
                       .bias_constraint = "non_neg",
                       .name = "windows"});
      },
      steps);
  add(
      "Conv2D",
      [] {
        return Conv2D(3, {2, 1}, {.strides = {1, 2}, .padding = "same", .use_bias = false});
      },
      image);
  add(
      "Conv2D", [] { return Conv2D(2, 1, {.activation = "sigmoid"}); }, image);
  add(
      "Conv3D",
      [] {
        return Conv3D(2, {2, 1, 2}, {.data_format = "channels_first", .dilation_rate = {1, 2, 1}, .groups = 1});
      },
      volume);
  add(
      "Conv1DTranspose",
      [] {
        return Conv1DTranspose(3, 3, {.strides = 2, .padding = "same", .output_padding = 1, .activation = "tanh"});
      },
      steps);
  add(
      "Conv2DTranspose",
      [] {
        return Conv2DTranspose(3, {2, 1},
                               {.strides = {3, 1},
                                .padding = "same",
                                .data_format = "channels_first",
                                .use_bias = false,
                                .kernel_regularizer = "l2"});
      },
      image);
  add(
      "Conv3DTranspose",
      [] {
        return Conv3DTranspose(2, 2, {.padding = "same", .dilation_rate = {1, 2, 1}, .bias_initializer = "ones"});
      },
      volume);
  add(
      "DepthwiseConv1D",
      [] { return DepthwiseConv1D(3, {.padding = "same", .depth_multiplier = 2, .activation = "tanh"}); }, steps);
  add(
      "DepthwiseConv2D",
      [] {
        return DepthwiseConv2D({2, 1}, {.strides = {1, 2},
                                        .padding = "same",
                                        .data_format = "channels_first",
                                        .use_bias = false,
                                        .depthwise_initializer = "he_normal",
                                        .depthwise_regularizer = "l2",
                                        .depthwise_constraint = "unit_norm"});
      },
      image);
  add(
      "SeparableConv1D",
      [] {
        return SeparableConv1D(3, 2, {.strides = 2, .padding = "same", .depth_multiplier = 2, .activation = "tanh"});
      },
      steps);
  add(
      "SeparableConv2D",
      [] {
        return SeparableConv2D(2, {2, 1},
                               {.padding = "same",
                                .data_format = "channels_first",
                                .dilation_rate = {1, 2},
                                .pointwise_initializer = "he_normal",
                                .pointwise_regularizer = "l2",
                                .pointwise_constraint = "non_neg"});
      },
      image);
}

void add_conv_lstm(std::vector<LayerExample>& examples) {
  const Tensor lines = random::normal({2, 3, 4, 2}), film = random::normal({2, 2, 3, 4, 2}),
               volumes = random::normal({1, 2, 3, 2, 3, 2});
  const auto add = [&](std::string_view name, auto make, const Tensors& x) {
    examples.push_back(example(name, make, x));
  };
  add(
      "ConvLSTM1D",
      [] {
        return ConvLSTM1D(2, 3,
                          {.strides = 2,
                           .padding = "same",
                           .activation = "relu",
                           .unit_forget_bias = false,
                           .kernel_regularizer = "l2",
                           .recurrent_regularizer = "l1",
                           .recurrent_constraint = "unit_norm",
                           .dropout = 0.25,
                           .recurrent_dropout = 0.5,
                           .seed = 3,
                           .return_sequences = true,
                           .return_state = true,
                           .go_backwards = true,
                           .name = "lines"});
      },
      lines);
  add("ConvLSTM1D", [] { return ConvLSTM1D(3, 2, {.use_bias = false}); },
      {lines, random::normal({2, 3, 3}), random::normal({2, 3, 3})});
  add(
      "ConvLSTM2D",
      [] {
        return ConvLSTM2D(
            2, {2, 1}, {.padding = "same", .data_format = "channels_first", .dilation_rate = {1, 2}, .dropout = 0.25});
      },
      film);
  add(
      "ConvLSTM3D",
      [] {
        return ConvLSTM3D(1, {2, 1, 2}, {.padding = "same", .recurrent_activation = "hard_sigmoid"});
      },
      volumes);
}

void add_pooling(std::vector<LayerExample>& examples) {
  const Tensor steps = random::normal({2, 5, 3}), image = random::normal({2, 4, 3, 2}),
               volume = random::normal({1, 3, 3, 2, 4});
  const auto add = [&](std::string_view name, auto make, const Tensor& x) {
    examples.push_back(example(name, make, x));
  };
  add(
      "MaxPooling1D", [] { return MaxPooling1D(3, {.strides = 2, .padding = "same", .name = "most"}); }, steps);
  add(
      "MaxPooling2D",
      [] {
        return MaxPooling2D({2, 1}, {.padding = "same", .data_format = "channels_first"});
      },
      image);
  add(
      "MaxPooling2D", [] { return MaxPooling2D(); }, image);
  add(
      "MaxPooling3D",
      [] {
        return MaxPooling3D({1, 2, 2}, {.strides = {2, 1, 1}});
      },
      volume);
  add(
      "AveragePooling1D", [] { return AveragePooling1D(3, {.strides = 2, .padding = "same"}); }, steps);
  add(
      "AveragePooling2D",
      [] {
        return AveragePooling2D({2, 1}, {.padding = "same", .data_format = "channels_first", .name = "means"});
      },
      image);
  add(
      "AveragePooling3D",
      [] {
        return AveragePooling3D({1, 2, 2}, {.strides = {2, 1, 1}});
      },
      volume);
  add(
      "GlobalMaxPooling1D", [] { return GlobalMaxPooling1D({.keepdims = true}); }, steps);
  add(
      "GlobalMaxPooling2D", [] { return GlobalMaxPooling2D({.data_format = "channels_first", .name = "most"}); },
      image);
  add(
      "GlobalMaxPooling3D", [] { return GlobalMaxPooling3D(); }, volume);
  add(
      "GlobalAveragePooling2D", [] { return GlobalAveragePooling2D({.data_format = "channels_first"}); }, image);
  add(
      "GlobalAveragePooling3D", [] { return GlobalAveragePooling3D({.keepdims = true, .name = "means"}); }, volume);
}

}  // namespace cornu::testing
