#pragma once
// Internal: the options that MultiHeadAttention and GroupQueryAttention have in common.
#include <cornu/layers/attention/headed_attention.hpp>
#include <cornu/layers/positive.hpp>

namespace cornu::layers {

template <class Options>
HeadedAttentionOptions headed_options(const Options& options) {
  return {.dropout = options.dropout,
          .use_bias = options.use_bias,
          .sliding_window = options.sliding_window,
          .kernel_initializer = options.kernel_initializer,
          .bias_initializer = options.bias_initializer,
          .kernel_regularizer = options.kernel_regularizer,
          .bias_regularizer = options.bias_regularizer,
          .activity_regularizer = options.activity_regularizer,
          .kernel_constraint = options.kernel_constraint,
          .bias_constraint = options.bias_constraint,
          .use_gate = options.use_gate,
          .seed = options.seed};
}

/// What every layer is told; the regularizer is for the projections.
template <class Options>
LayerOptions headed_layer_options(const Options& options) {
  return {.trainable = options.trainable, .dtype = options.dtype, .name = options.name};
}

/// Keras's last keys, in its order.
constexpr auto each_projection_option = [](auto& option, auto& options) {
  option("kernel_initializer", options.kernel_initializer);
  option("bias_initializer", options.bias_initializer);
  option("kernel_regularizer", options.kernel_regularizer);
  option("bias_regularizer", options.bias_regularizer);
  option("activity_regularizer", options.activity_regularizer);
  option("kernel_constraint", options.kernel_constraint);
  option("bias_constraint", options.bias_constraint);
  option("seed", options.seed);
};

}  // namespace cornu::layers
