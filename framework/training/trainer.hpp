#pragma once
// Internal: one training or test step of a model, and what it adds to the figures.
#include <vector>

#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/model/compiled.hpp>
#include <cornu/framework/training/batches.hpp>

namespace cornu::detail {

/// A compiled model at work: looks up once what its steps need. The figures run from reset() on.
class Trainer {
 public:
  /// `where` names the caller, "fit", in messages.
  Trainer(Model& model, Compiled& compiled, const char* where);

  /// One update. A step that throws leaves weights and optimizer as they were; the figures count its batch. Gives the
  /// figures, if they are asked for, before the update, so that nothing can fail after it.
  void train(const Samples& batch, Logs* figures_so_far = nullptr);
  /// Loss and metrics alone.
  void test(const Samples& batch);

  void reset();
  /// Loss and metrics since reset(), by name, as Keras shows them. The loss is averaged over the samples, so that a
  /// smaller last batch counts by its size.
  Logs figures(const char* prefix = "") const;

 private:
  Tensor total_loss(const Samples& batch, const std::pair<Tensors, Masks>& outputs, const AddedLosses& added);
  Tensor loss_of(std::size_t output, const Samples& batch, const std::pair<Tensors, Masks>& outputs) const;
  void update_metrics(const Samples& batch, const std::pair<Tensors, Masks>& outputs);
  void note_loss(const Tensor& loss, const Samples& batch);
  void update_weights();

  Model& model_;
  Compiled& compiled_;
  const char* where_;
  std::vector<Variable> trainable_, regularized_;
  std::vector<const Variable*> pointers_;
  std::vector<Gradient> gradients_;
  metrics::Mean loss_;
  std::vector<metrics::Mean> output_losses_;  // unweighted; for several losses
  bool has_several_losses_;
};

}  // namespace cornu::detail
