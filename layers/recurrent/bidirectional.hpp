#pragma once
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/layers/recurrent/recurrent_layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct BidirectionalOptions {
  std::optional<std::string> merge_mode = "concat";  ///< "concat", "sum", "mul", "ave"; nullopt: both outputs
  std::vector<Tensor> weights = {};                  ///< to begin with: the forward layer's, then the backward layer's
  Handle<RecurrentLayer> backward_layer = {};        ///< a copy of the layer that goes backwards unless given
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  std::string name = {};
};

/// A recurrent layer over the sequence and another one over the reversed sequence, their outputs joined: "concat" puts
/// them side by side, "sum", "mul" and "ave" (the mean) join them element by element. Sequences of the second are
/// turned back first. (Schuster, Paliwal, "Bidirectional recurrent neural networks", IEEE Transactions on Signal
/// Processing 45, 1997.)
///
///     layers::Bidirectional(layers::GRU(8))                                                 // (32, 10, 4) → (32, 16)
///     layers::Bidirectional(layers::LSTM(8, {.return_sequences = true}), {.merge_mode = "sum"})  // → (32, 10, 8)
///
/// Inputs: the sequences, and the forward layer's initial states and the backward layer's behind them, if they are not
/// zeros. Outputs: the joined one, or both, and with return_state the forward layer's last states and the backward
/// layer's. With return_sequences both give 0 at steps outside the mask. The layer is copied, without its
/// weights, and gives its dtype.
///
/// Throws ValueError for another merge_mode, for a backward_layer that goes in the same direction or differs in
/// return_sequences, return_state or stateful, and for an odd number of states; StateError for a cell without clone().
class Bidirectional final : public Layer<Bidirectional, ListLayer> {
 public:
  template <std::derived_from<RecurrentLayer> L>
  explicit Bidirectional(L layer, BidirectionalOptions options = {})
      : Bidirectional(std::static_pointer_cast<RecurrentLayer>(cornu::detail::share(new L(std::move(layer)))),
                      std::move(options)) {}
  explicit Bidirectional(const std::shared_ptr<RecurrentLayer>& layer, BidirectionalOptions options = {});

  void build(const Shapes& input_shapes) override;
  using LayerBase::build;
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  Masks compute_mask(const Tensors& inputs, const Masks& masks) const override;
  Config get_config() const override;
  std::string_view keyword_of_further_inputs() const override { return "initial_state"; }
  static std::shared_ptr<Bidirectional> from_config(const ConfigView& config);

  /// Forgets the states that stateful layers kept.
  void reset_state();
  RecurrentLayer& forward_layer() const { return *forward_layer_; }
  RecurrentLayer& backward_layer() const { return *backward_layer_; }

 private:
  void require_two_directions() const;
  Tensors merged(const Tensor& forward, const Tensor& backward) const;

  std::optional<std::string> merge_mode_;
  std::vector<Tensor> weights_to_begin_with_;
  std::shared_ptr<RecurrentLayer> forward_layer_, backward_layer_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
