#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/formats/named_tensors.hpp>
#include <cornu/framework/model/model.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// A module of a PyTorch model: in front of the names of its tensors in a state_dict, "encoder.lstm" in
/// "encoder.lstm.weight_ih_l0". "" for a state_dict of the module alone.
struct TorchModule {
  TorchModule(const char* name) : name(name) {}
  TorchModule(std::string name) : name(std::move(name)) {}
  TorchModule(std::string name, std::int64_t layer) : name(std::move(name)), layer(layer) {}

  std::string name;
  std::int64_t layer = 0;  ///< of an LSTM, GRU or RNN with num_layers above 1: each is a layer of its own here
};

/// The weights of a layer, as its set_weights takes them, from the tensors of a PyTorch module: kernels are transposed
/// (PyTorch multiplies x · Wᵀ), and gates put in the order of Keras's layers.
///
///     const NamedTensors state = read_safetensors("model.safetensors");
///     model.layers()[0]->set_weights(from_torch::embedding(state, "tokens"));
///     model.layers()[1]->set_weights(from_torch::lstm(state, "encoder"));
///     model.layers()[2]->set_weights(from_torch::linear(state, "classifier"));
///
/// A bias is among them if the module has one. lstm, gru and rnn also take the modules LSTMCell, GRUCell and RNNCell,
/// and of a bidirectional module they give the weights of a Bidirectional: the forward layer's, then the backward
/// layer's. All throw IndexError, telling which there are, when a tensor is missing, and ShapeError for one of another
/// shape.
namespace from_torch {

/// torch.nn.Linear for Dense: kernel (inputs, units), bias (units,).
std::vector<Tensor> linear(const NamedTensors& state, const TorchModule& module);
/// torch.nn.Embedding for Embedding: the table.
std::vector<Tensor> embedding(const NamedTensors& state, const TorchModule& module);
/// torch.nn.LSTM for LSTM. The gates i, f, g, o are Keras's i, f, c, o; the bias is the sum of the two. Throws
/// ValueError for a module with proj_size.
std::vector<Tensor> lstm(const NamedTensors& state, const TorchModule& module);
/// torch.nn.GRU for GRU with reset_after, which is how PyTorch computes. The gates r, z, n become Keras's z, r, h; the
/// two biases are the rows of the bias (2, 3 · units).
std::vector<Tensor> gru(const NamedTensors& state, const TorchModule& module);
/// torch.nn.RNN for SimpleRNN; its nonlinearity must be that of the layer ("tanh" by default in both).
std::vector<Tensor> rnn(const NamedTensors& state, const TorchModule& module);

}  // namespace from_torch

struct LoadTorchOptions {
  /// Throw for tensors that no layer takes.
  bool strict = true;
};

/// The modules of layers, each with the layer's name.
using TorchModules = std::vector<std::pair<std::string, TorchModule>>;
/// The module for a layer of that name.
using TorchModuleOf = Callable<TorchModule(const std::string& layer)>;

/// Gives each layer of a built model that has weights those of a PyTorch module: Dense (torch.nn.Linear), Embedding,
/// LSTM, GRU, SimpleRNN (torch.nn.RNN), and Bidirectional around one of these.
///
///     load_torch_weights(model, read_safetensors("model.safetensors"),
///                        {{"embedding", "tokens"}, {"lstm", "encoder"}, {"lstm_1", {"encoder", 1}}});
///     load_torch_weights(model, state, [](const std::string& layer) { return "model." + layer; });
///
/// Layers that the list does not name go by their own name. Either all weights are set or none. Throws StateError for a
/// layer that is not built; ValueError for a layer of another class, a name in the list that is no layer's, and a
/// tensor that is left over; IndexError for a tensor that is missing; ShapeError, with both names, for weights of
/// another shape.
void load_torch_weights(Model& model, const NamedTensors& state, const TorchModules& modules,
                        const LoadTorchOptions& options = {});
void load_torch_weights(Model& model, const NamedTensors& state, const TorchModuleOf& module_of,
                        const LoadTorchOptions& options = {});
/// The same where layers and modules have the same names.
void load_torch_weights(Model& model, const NamedTensors& state);

}  // namespace cornu
CORNU_EXPORT_END
