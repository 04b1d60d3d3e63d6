#pragma once
// Internal: one step of a recurrent cell in ONNX's words.
#include <cstddef>
#include <string>
#include <vector>

#include <cornu/framework/onnx/onnx_graph.hpp>
#include <cornu/framework/registry/config.hpp>

namespace cornu::detail {

struct OnnxCell {
  std::string kind;  ///< "LSTM", "GRU" or "SimpleRNN"
  Config config;     ///< with the options of a cell
  std::vector<Tensor> weights;
  DType dtype = float32;

  std::size_t states() const { return kind == "LSTM" ? 2 : 1; }
  std::int64_t units() const { return config["units"].as_int(); }
  bool has_reset_after() const { return kind == "GRU" && config["reset_after"].as_bool(); }
};

/// The cells of a recurrent layer, one after the other. Throws ValueError for cells of users.
std::vector<OnnxCell> onnx_cells_of(const Config& layer, const std::string& class_name,
                                    const std::vector<Tensor>& weights, DType dtype);

/// A cell whose weights are in the graph.
class OnnxStep {
 public:
  OnnxStep(OnnxGraph& graph, const OnnxCell& cell);
  /// The states after a step, the output first, for x (batch, inputs).
  OnnxNames operator()(const std::string& x, const OnnxNames& states) const;

 private:
  std::string activated(const char* which, const std::string& x) const;
  OnnxNames gates_of(const std::string& x) const;
  std::string times(const std::string& x, const std::string& matrix, const std::string& bias) const;
  std::string sum(const std::string& a, const std::string& b) const { return graph_.add("Add", {a, b}); }
  std::string product(const std::string& a, const std::string& b) const { return graph_.add("Mul", {a, b}); }
  OnnxNames lstm(const std::string& x, const OnnxNames& states) const;
  OnnxNames gru(const std::string& x, const OnnxNames& states) const;

  OnnxGraph& graph_;
  const OnnxCell& cell_;
  std::string kernel_, recurrent_, recurrent_gates_, recurrent_candidate_, bias_, recurrent_bias_, one_;
};

}  // namespace cornu::detail
