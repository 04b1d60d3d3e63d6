#pragma once
#include <memory>
#include <string>
#include <utility>

#include <cornu/framework/base/export.hpp>
#include <cornu/layers/recurrent/recurrent_layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct RNNOptions {
  bool return_sequences = false;  ///< these as in RecurrentLayerOptions
  bool return_state = false;
  bool go_backwards = false;
  bool stateful = false;
  bool unroll = false;
  bool zero_output_for_mask = false;
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  std::string name = {};
};

/// Any cell run over a sequence: one of the library's, one of yours or several on top of each other. Computes in the
/// cell's dtype. See RecurrentLayer for inputs, outputs, masks and what throws.
///
///     layers::RNN(layers::LSTMCell(16))
///     layers::RNN(layers::StackedRNNCells(layers::GRUCell(16), layers::GRUCell(8)), {.return_sequences = true})
class RNN final : public Layer<RNN, RecurrentLayer> {
 public:
  template <std::derived_from<RecurrentCell> C>
  explicit RNN(C cell, RNNOptions options = {})
      : RNN(std::static_pointer_cast<RecurrentCell>(cornu::detail::share(new C(std::move(cell)))), std::move(options)) {
  }
  /// Throws ValueError for a null pointer.
  explicit RNN(std::shared_ptr<RecurrentCell> cell, RNNOptions options = {});
  using Layer::Layer;
  Config get_config() const override;
  static std::shared_ptr<RNN> from_config(const ConfigView& config);
  std::shared_ptr<RecurrentLayer> clone(RecurrentLayerOptions loop, std::string name) const override;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
