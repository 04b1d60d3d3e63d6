#pragma once
#include <concepts>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/layers/recurrent/recurrent_cell.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct StackedRNNCellsOptions {
  bool trainable = true;
  std::string name = {};
};

/// Cells as one: each is given the output of the one before, and the states are those of the first cell, of the second,
/// and so on. Computes in the first cell's dtype.
///
///     layers::RNN(layers::StackedRNNCells(layers::LSTMCell(16), layers::GRUCell(8)))
///
/// Throws ValueError when there is no cell, for a null pointer, and for cells of several dtypes.
class StackedRNNCells final : public Layer<StackedRNNCells, RecurrentCell> {
 public:
  template <std::derived_from<RecurrentCell>... C>
  requires(sizeof...(C) > 0) explicit StackedRNNCells(C... cells)
      : StackedRNNCells(std::vector<std::shared_ptr<RecurrentCell>>{std::make_shared<C>(std::move(cells))...}) {}
  explicit StackedRNNCells(std::vector<std::shared_ptr<RecurrentCell>> cells, StackedRNNCellsOptions options = {});

  List<std::int64_t> state_size() const override;
  std::int64_t output_size() const override { return cells_.back()->output_size(); }
  std::size_t output_state() const override;
  void build(const Shapes& input_shapes) override;
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  void begin_sequence(const Shape& step_shape, const CallContext& context) override;
  Tensor prepare(const Tensor& inputs, const CallContext& context) override;
  Tensors step(const Tensors& prepared_and_states, const CallContext& context) override;
  std::shared_ptr<RecurrentCell> clone() const override;
  Config get_config() const override;
  static std::shared_ptr<StackedRNNCells> from_config(const ConfigView& config);

  const std::vector<std::shared_ptr<RecurrentCell>>& cells() const { return cells_; }

 private:
  std::vector<std::shared_ptr<RecurrentCell>> cells_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
