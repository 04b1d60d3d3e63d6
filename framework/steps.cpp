#include <cornu/framework/steps.hpp>

#include <fmt/core.h>

#include <algorithm>

#include <cornu/framework/errors.hpp>
#include <cornu/framework/ops.hpp>
#include <cornu/framework/tape.hpp>

namespace cornu::detail {

Compiled::Compiled(CompileOptions options)
    : optimizer(std::move(options.optimizer)),
      loss(std::move(options.loss)),
      metrics(std::move(options.metrics)),
      weighted_metrics(std::move(options.weighted_metrics)) {
  for (const auto& metric : metrics) names.push_back(metric->name());
  for (const auto& metric : weighted_metrics) {
    const bool taken = std::find(names.begin(), names.end(), metric->name()) != names.end();
    names.push_back((taken ? "weighted_" : "") + metric->name());
  }
}

Steps::Steps(Model& model, Compiled& compiled)
    : model_(model), compiled_(compiled), trainable_(model.trainable_weights()), gradients_(trainable_.size()) {
  for (const Variable& weight : trainable_) {
    pointers_.push_back(&weight);
    if (weight.body().regularizer) regularized_.push_back(weight);
  }
  reset();
}

// The loss of the data, of add_loss and activity regularizers, and of the weights' regularizers.
Tensor Steps::total_loss(const Samples& batch, const std::pair<Tensor, Mask>& output, const AddedLosses& added) const {
  Tensor loss = (*compiled_.loss)(batch.y, output.first, batch.weight, output.second.value_or(Tensor()));
  if (loss.rank() != 0)
    throw ShapeError(
        model_.place(),
        fmt::format("the loss is not a scalar; got shape {}; use a reduction other than none", loss.shape()));
  if (!added.empty()) loss = loss + ops::cast(added.total(), loss.dtype());
  for (const Variable& weight : regularized_)
    loss = loss + ops::cast((*weight.body().regularizer)(weight), loss.dtype());
  return loss;
}

void Steps::update_figures(const Samples& batch, const std::pair<Tensor, Mask>& output, double loss) {
  const auto& [y, mask] = output;
  const Tensor valid = mask ? losses::apply_mask({}, *mask, y.dtype(), "sum") : Tensor();
  for (auto& metric : compiled_.metrics) metric->update_state(batch.y, y, valid);
  if (!compiled_.weighted_metrics.empty()) {
    const Tensor weight = mask ? losses::apply_mask(batch.weight, *mask, y.dtype(), "sum") : batch.weight;
    for (auto& metric : compiled_.weighted_metrics) metric->update_state(batch.y, y, weight);
  }
  loss_.update_state(loss, static_cast<double>(batch.count()));
}

void Steps::train(const Samples& batch) {
  const AddedLosses added;
  GradientTape tape;
  const std::pair<Tensor, Mask> output = model_.apply(batch.x, {.training = true});
  const Tensor loss = total_loss(batch, output, added);
  tape.gradients(compiled_.optimizer->scale_loss(loss), pointers_, gradients_);
  update_figures(batch, output, loss.item<double>());
  if (!pointers_.empty()) compiled_.optimizer->apply(gradients_, pointers_, {.missing_is_zero = true});
  std::fill(gradients_.begin(), gradients_.end(), Gradient());
}

void Steps::test(const Samples& batch) {
  const AddedLosses added;
  const std::pair<Tensor, Mask> output = model_.apply(batch.x, {});
  update_figures(batch, output, total_loss(batch, output, added).item<double>());
}

void Steps::reset() {
  loss_.reset_state();
  for (auto& metric : compiled_.metrics) metric->reset_state();
  for (auto& metric : compiled_.weighted_metrics) metric->reset_state();
}

Logs Steps::figures(const char* prefix) const {
  std::vector<Logs::Entry> entries{{fmt::format("{}loss", prefix), loss_.result()}};
  auto name = compiled_.names.begin();
  for (const auto* metrics : {&compiled_.metrics, &compiled_.weighted_metrics})
    for (const auto& metric : *metrics) entries.emplace_back(prefix + *name++, metric->result());
  std::sort(entries.begin(), entries.end());
  Logs logs;
  for (const auto& [key, value] : entries) logs.set(key, value);
  return logs;
}

}  // namespace cornu::detail
