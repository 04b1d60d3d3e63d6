#pragma once
// Internal: what a graph of layers is made of.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/layer/symbolic.hpp>

namespace cornu::detail {

struct Node;

/// What a SymbolicTensor points to: one output of a node.
struct SymbolicBody {
  Shape shape;
  DType dtype = DType::float32;
  Mask mask = {};                         // symbolic; none if the output has none
  const LayerBase* mask_maker = nullptr;  // of a node before this one, or its own
  Node* node = nullptr;
  std::size_t index = 0;  // among the node's outputs
};

/// One call of a layer. A layer that is called twice has two; Input's have no inputs.
struct Node : std::enable_shared_from_this<Node> {
  std::shared_ptr<LayerBase> layer;
  SymbolicTensors inputs;
  std::vector<SymbolicBody> outputs;
  std::uint64_t number = 0;  // in the order of the calls

  Node(std::shared_ptr<LayerBase> layer, SymbolicTensors inputs);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
};

/// The node's outputs; each keeps it alive.
SymbolicTensors outputs_of(const std::shared_ptr<Node>& node);

/// Throws StateError when a mask reaches a layer that would count the padding.
void require_masking(const std::string& where, const LayerBase& layer, const std::string& mask_maker);

/// The layer behind Input().
class InputLayer final : public Layer<InputLayer> {
 public:
  explicit InputLayer(InputOptions options);
  Tensor call(const Tensor& input) override { return input; }
  Config get_config() const override;
  std::optional<Shape> expected_input_shape() const override { return shape_; }
  DType expected_input_dtype() const override { return input_dtype_; }

 private:
  Shape shape_;
  DType input_dtype_;
};

}  // namespace cornu::detail
