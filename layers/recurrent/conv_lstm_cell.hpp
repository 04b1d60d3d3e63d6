#pragma once
// Internal: what ConvLSTM1D, 2D and 3D do at one step.
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/ops/convolution.hpp>
#include <cornu/layers/recurrent/standard_cell.hpp>

namespace cornu::layers::detail {

/// How the windows lie that see the inputs: a number for each axis.
struct ConvLSTMWindows {
  std::vector<std::int64_t> kernel_size, strides;
  std::string padding, data_format;
  std::vector<std::int64_t> dilation_rate;
};

/// An LSTM's step with convolutions for products: x (batch, axes, channels), h and c (batch, windows, filters). The
/// state is convolved with padding "same", so that it keeps its extents. Keras has no name for the cell by itself.
class ConvLSTMCell final : public Layer<ConvLSTMCell, RecurrentCell> {
 public:
  /// Throws ValueError for numbers below 1, dropouts outside 0 … 1, strides and dilations that are both above 1, and
  /// unknown words.
  ConvLSTMCell(CellSettings settings, ConvLSTMWindows windows, bool unit_forget_bias);

  List<std::int64_t> state_size() const override { return {settings_.units, settings_.units}; }
  List<Shape> state_shapes(const Shape& step_shape) const override;
  void build(const Shapes& input_shapes) override;
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  void begin_sequence(const Shape& step_shape, const CallContext& context) override;
  Tensor prepare(const Tensor& inputs, const CallContext& context) override;
  Tensors step(const Tensors& prepared_and_states, const CallContext& context) override;
  std::shared_ptr<RecurrentCell> clone() const override;
  std::vector<Tensor> state() const override { return random::state_of(generator_); }
  void set_state(const std::vector<Tensor>& state) override { random::restore(generator_, state, place()); }

  const CellSettings& settings() const { return settings_; }
  const ConvLSTMWindows& windows() const { return windows_; }
  bool unit_forget_bias() const { return unit_forget_bias_; }

 private:
  std::size_t axes() const { return windows_.kernel_size.size(); }
  ops::ConvOptions over_inputs() const;
  std::int64_t channel_axis() const;
  Tensor of_gate(const Tensor& all, std::size_t gate, std::int64_t axis) const;
  Tensor convolved(const Tensor& x, const Tensor& kernel, const ops::ConvOptions& options) const;
  Tensor gates_from(const Tensor& x, const Tensor& kernel, const Tensors& masks, const ops::ConvOptions& options) const;

  CellSettings settings_;  // `units` are the filters
  ConvLSTMWindows windows_;
  bool unit_forget_bias_;
  Shape step_shape_;  // that it was built for
  Variable kernel_, recurrent_kernel_, bias_;
  std::optional<random::Generator> generator_;  // of the seed
  Tensors input_masks_, recurrent_masks_;       // of the last sequence in training, one a gate
};

}  // namespace cornu::layers::detail
