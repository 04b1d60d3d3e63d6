#pragma once
// What the files of models share.
#include <functional>
#include <string>

#include <cornu/cornu.hpp>

namespace onnx_models {

using namespace cornu;

using Layers = std::function<SymbolicTensors(const SymbolicTensor&)>;

/// Writes a model of one input: the inputs of a batch, what predict says, and the graph.
void on(const std::string& name, const Tensor& x, const Layers& layers);
/// The same of several inputs.
using LayersOfSeveral = std::function<SymbolicTensors(const std::vector<SymbolicTensor>&)>;
void on_several(const std::string& name, const Tensors& x, const LayersOfSeveral& layers);
/// The same, of a model that knows no extent of its input but the channels.
void on_open(const std::string& name, const Tensor& x, bool channels_first, const Layers& layers);

inline Tensor ids() {  // a row that is padding in front, within and behind, one that is all padding
  return Tensor({{3, 5, 1, 2, 9}, {0, 0, 4, 0, 8}, {7, 0, 0, 0, 0}, {0, 0, 0, 0, 0}});
}
inline Tensor sequences() { return random::normal({4, 5, 3}); }
inline Tensor features() { return random::normal({4, 6}) * 2; }
inline Tensor images() { return random::normal({2, 4, 3, 2}); }
inline Tensor volumes() { return random::normal({2, 2, 4, 3, 2}); }

inline SymbolicTensor masked(const SymbolicTensor& x, std::int64_t dim = 3) {
  return layers::Embedding(10, dim, {.mask_zero = true})(x);
}

/// Normalisations, activations that are layers, shapes, noise and core layers.
void write_families();
/// Attention, layers step by step, and numbers that are prepared.
void write_attention();
void write_preprocessing();
/// Convolutions and pooling.
void write_windows();

}  // namespace onnx_models
