#pragma once
// Internal: the layers between a model's inputs and outputs, in an order in which they can run.
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/layer/layer_call.hpp>
#include <cornu/framework/layer/symbolic.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

class Graph {
 public:
  /// Throws ValueError, naming what it is about, without inputs or outputs, for an input that is given twice or leads
  /// nowhere, and for outputs that need another input.
  Graph(SymbolicTensors inputs, SymbolicTensors outputs);

  /// One value for each input, one for each output.
  std::pair<Tensors, Masks> run(const Tensors& inputs, const CallContext& context) const;
  /// The data as the inputs were declared: cast, and a last axis of 1 added or dropped, as Keras does. Throws
  /// ValueError for another number of them, ShapeError, naming the input, for another shape.
  Tensors conform(const Tensors& data) const;
  /// Asks the layers that read the inputs whether they can use the data.
  void check_data(const Tensors& data) const;

  const SymbolicTensors& inputs() const { return inputs_; }
  const SymbolicTensors& outputs() const { return outputs_; }
  /// In Keras's order: the farther from the outputs the earlier, then as one meets them walking from there.
  const std::vector<std::shared_ptr<LayerBase>>& layers() const { return layers_; }
  /// In the order of the calls; those of the inputs too.
  const std::vector<std::shared_ptr<const LayerCall>>& calls() const { return calls_; }
  /// What stands for a tensor in this graph: itself, unless the graph begins with it behind other layers.
  const SymbolicTensor& resolved(const SymbolicTensor& tensor) const;
  /// A layer's calls in this graph, in their order.
  std::vector<const LayerCall*> calls_of(const LayerBase& layer) const;
  /// Which call of its layer gives a tensor.
  std::size_t call_of(const SymbolicTensor& tensor) const;
  /// Whether the layers follow one another, each called once on one tensor.
  bool is_chain() const { return is_chain_; }

 private:
  struct Value {
    Tensor tensor;
    Mask mask;
  };
  using Values = PoolVector<Value>;

  // One call of a layer; numbers are places in Values.
  struct Step {
    LayerBase* layer;
    CallArguments arguments;
    std::vector<std::size_t> inputs;
    std::size_t first_output, outputs;
    std::vector<std::size_t> last_read_here;

    void run(Values& values, bool training) const;
  };

  void add_entries();
  void make_steps(const std::vector<std::shared_ptr<const LayerCall>>& in_order);

  SymbolicTensors inputs_, outputs_, entries_;  // entries: the inputs, with an Input of its own for each inner tensor
  std::vector<std::shared_ptr<LayerBase>> layers_;
  std::vector<std::shared_ptr<const LayerCall>> calls_;
  std::vector<Step> steps_;
  std::vector<std::size_t> input_places_, output_places_;
  std::size_t places_ = 0;
  bool is_chain_ = true;
};

}  // namespace cornu::detail
CORNU_EXPORT_END
