#pragma once
// Internal: how windows lie over an image, in ONNX's words.
#include <cstdint>
#include <string>
#include <vector>

#include <cornu/framework/onnx/onnx_layers.hpp>
#include <cornu/framework/ops/sliding.hpp>

namespace cornu::detail {

/// The windows of a layer's config, over its first input or over its output.
class OnnxSliding {
 public:
  /// `sizes` is the option with the sizes. Options that the layer does not have are 1.
  OnnxSliding(const OnnxCall& call, const char* sizes);

  std::size_t axes() const { return sliding_.axes; }
  const ops::Sliding& geometry() const { return sliding_; }
  /// kernel_shape, strides and dilations of a node, and its pads. Pools have no dilations.
  OnnxAttributes attributes(const std::vector<std::int64_t>& pads) const;

  /// An image (batch, channels, axes) and the pads that a node is still to give it.
  struct Framed {
    std::string x;
    std::vector<std::int64_t> pads;
  };
  /// Pads do not depend on the extents, or these are known: the node gives them. Elsewhere the graph computes them, and
  /// pads the image with `fill`.
  Framed framed(OnnxGraph& graph, const std::string& x, const std::string& fill) const;
  bool has_fixed_pads() const;

 private:
  std::int64_t reach(std::size_t axis) const;
  bool is_fixed(std::size_t axis) const;
  std::vector<std::int64_t> fixed_pads() const;
  OnnxNames computed_pads(OnnxGraph& graph, const std::string& shape, std::size_t axis) const;

  ops::Sliding sliding_;
  std::vector<std::int64_t> extents_;  ///< of the image; None where open
};

/// (batch, axes, channels) as ONNX has it, (batch, channels, axes), and back: nothing where a layer has it so too.
std::string onnx_channels_in_front(OnnxCall& call, const std::string& x);
std::string onnx_channels_as_before(OnnxCall& call, const std::string& y);

/// A kernel (sizes, a, b) with the last two axes in front, in the order that is told: (…, sizes).
Tensor onnx_last_axes_in_front(const Tensor& kernel, std::int64_t first, std::int64_t second);
/// (sizes, a, b) → (b, a, sizes)
inline Tensor onnx_kernel(const Tensor& kernel) { return onnx_last_axes_in_front(kernel, 1, 0); }

/// Throws ValueError for a layer of another dtype: runtimes have convolutions and AveragePool in no other.
void onnx_require_float32(const OnnxCall& call);

}  // namespace cornu::detail
