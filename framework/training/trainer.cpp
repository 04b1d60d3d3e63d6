#include <cornu/framework/training/trainer.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <cornu/framework/autodiff/profiler.hpp>
#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/training/first_step.hpp>

namespace cornu::detail {

namespace {
Timed timed_loss() { return Timed::account(Profiler::loss, Profiler::Work::forward); }
}  // namespace

Trainer::Trainer(Model& model, Compiled& compiled, const char* where)
    : model_(model),
      compiled_(compiled),
      where_(where),
      trainable_(model.trainable_weights()),
      gradients_(trainable_.size()),
      output_losses_(compiled.outputs.size()),
      has_several_losses_(compiled.losses() > 1) {
  for (const Variable& weight : trainable_) {
    pointers_.push_back(&weight);
    if (weight.body().weight.regularizer) regularized_.push_back(weight);
  }
  reset();
}

Tensor Trainer::loss_of(std::size_t i, const Samples& batch, const std::pair<Tensors, Masks>& outputs) const {
  const Tensor loss = (*compiled_.outputs[i].loss)(batch.y[i], outputs.first[i], batch.weight_of(i),
                                                   mask_at(outputs.second, i).value_or(Tensor()));
  if (loss.rank() != 0)
    throw ShapeError(
        model_.place(),
        fmt::format("the loss is not a scalar; got shape {}; use a reduction other than none", loss.shape()));
  return loss;
}

// The losses of the outputs, of add_loss and activity regularizers, and of the weights' regularizers.
Tensor Trainer::total_loss(const Samples& batch, const std::pair<Tensors, Masks>& outputs, const AddedLosses& added) {
  const auto timed = timed_loss();
  Tensor total;
  const auto add = [&](const Tensor& loss) { total = total.defined() ? total + ops::cast(loss, total.dtype()) : loss; };
  for (std::size_t i = 0; i < compiled_.outputs.size(); ++i) {
    if (!compiled_.outputs[i].loss) continue;
    const Tensor loss = loss_of(i, batch, outputs);
    if (has_several_losses_) output_losses_[i].update_state(loss.item<double>(), static_cast<double>(batch.count()));
    const double weight = compiled_.outputs[i].loss_weight;
    add(weight == 1 ? loss : loss * weight);
  }
  if (!added.empty()) add(added.total());
  for (const Variable& weight : regularized_) add((*weight.body().weight.regularizer)(weight));
  return total;
}

void Trainer::update_metrics(const Samples& batch, const std::pair<Tensors, Masks>& outputs) {
  const auto timed = timed_loss();
  for (std::size_t i = 0; i < compiled_.outputs.size(); ++i) {
    const Compiled::Output& output = compiled_.outputs[i];
    const Tensor& y = outputs.first[i];
    const Mask& mask = mask_at(outputs.second, i);
    const auto update = [&](const Compiled::Metrics& metrics, const Tensor& weight) {
      const Tensor valid = mask ? losses::apply_mask(weight, *mask, y.dtype(), "sum") : weight;
      for (const auto& metric : metrics) {
        const auto [labels, predictions] = metric->aligned(batch.y[i], y);
        metric->update_state(labels, predictions, valid);
      }
    };
    if (!output.metrics.empty()) update(output.metrics, {});
    if (!output.weighted_metrics.empty()) update(output.weighted_metrics, batch.weight_of(i));
  }
}

// Says once that a loss is no number: what has happened until then is not seen from the figures, which stay so.
void Trainer::note_loss(const Tensor& loss, const Samples& batch) {
  const auto timed = timed_loss();
  const auto value = loss.item<double>();
  loss_.update_state(value, static_cast<double>(batch.count()));
  if (std::isfinite(value) || std::exchange(compiled_.has_said_nan, true)) return;
  log(
      fmt::format("{}the loss of a batch is {}; look for such numbers in data, targets and weights, or take a smaller "
                  "learning rate\n",
                  log_sink().live ? "\n" : "", std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value));
}

void Trainer::update_weights() {
  if (pointers_.empty()) return;
  const auto timed = Timed::account(Profiler::rest, Profiler::Work::update);
  compiled_.optimizer->apply(gradients_, pointers_, {.missing_is_zero = true});
}

void Trainer::train(const Samples& batch, Logs* figures_so_far) {
  const AddedLosses added;
  std::optional<FirstStep> first;
  if (!compiled_.has_checked_step) first.emplace(where_, model_);
  GradientTape tape;
  const std::pair<Tensors, Masks> outputs = model_.apply(batch.x, {.training = true});
  const Tensor loss = total_loss(batch, outputs, added);
  tape.gradients(compiled_.optimizer->scale_loss(loss), pointers_, gradients_);
  if (first) first->check(trainable_, gradients_);
  compiled_.has_checked_step = true;
  update_metrics(batch, outputs);
  note_loss(loss, batch);
  if (figures_so_far) *figures_so_far = figures();
  update_weights();
  std::fill(gradients_.begin(), gradients_.end(), Gradient());
}

void Trainer::test(const Samples& batch) {
  const AddedLosses added;
  const std::pair<Tensors, Masks> outputs = model_.apply(batch.x, {});
  const Tensor loss = total_loss(batch, outputs, added);
  update_metrics(batch, outputs);
  note_loss(loss, batch);
}

void Trainer::reset() {
  loss_.reset_state();
  for (metrics::Mean& loss : output_losses_) loss.reset_state();
  for (auto& output : compiled_.outputs)
    for (auto* metrics : {&output.metrics, &output.weighted_metrics})
      for (auto& metric : *metrics) metric->reset_state();
}

Logs Trainer::figures(const char* prefix) const {
  std::vector<Logs::Entry> entries{{fmt::format("{}loss", prefix), loss_.result()}};
  for (std::size_t i = 0; i < compiled_.outputs.size(); ++i) {
    const Compiled::Output& output = compiled_.outputs[i];
    if (has_several_losses_ && output.loss)
      entries.emplace_back(fmt::format("{}{}_loss", prefix, output.name), output_losses_[i].result());
    auto name = output.names.begin();
    for (const auto* metrics : {&output.metrics, &output.weighted_metrics})
      for (const auto& metric : *metrics) entries.emplace_back(prefix + *name++, metric->result());
  }
  std::sort(entries.begin(), entries.end());
  Logs logs;
  for (const auto& [key, value] : entries) logs.set(key, value);
  return logs;
}

}  // namespace cornu::detail
