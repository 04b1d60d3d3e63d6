#pragma once
// Internal: weights that Keras stored in 8 or 4 bits.
#include <string>
#include <vector>

#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/saving/weight_source.hpp>

namespace cornu::detail {

/// Whether the first array of a layer's group is int8 where its weight is not.
bool is_quantized(const WeightGroup& vars, const std::vector<Variable>& weights);

/// The weights of a Dense or Embedding that was saved after quantize("int8") or quantize("int4"), as the numbers that
/// they stand for: float32. Throws FileError, naming `path`, for other layers, and for arrays that do not fit together.
///
/// Keras 3.15.1: int8 is code / scale, with a scale for each output of a Dense and each row of an Embedding. Two int4
/// codes stand in a byte, along the last axis, the low half first. With one scale for each of those they are code /
/// scale; with groups of inputs, (code − zero) · scale.
std::vector<Tensor> dequantized(const WeightGroup& vars, const LayerBase& layer, const std::string& path);

}  // namespace cornu::detail
