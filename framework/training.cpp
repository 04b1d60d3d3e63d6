// fit, evaluate, predict and the steps that they are made of.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include <cornu/framework/batches.hpp>
#include <cornu/framework/compiled.hpp>
#include <cornu/framework/errors.hpp>
#include <cornu/framework/interrupt.hpp>
#include <cornu/framework/log.hpp>
#include <cornu/framework/model.hpp>
#include <cornu/framework/ops.hpp>
#include <cornu/framework/progress.hpp>
#include <cornu/framework/tape.hpp>

namespace cornu {

namespace {

using detail::Batches;
using detail::Compiled;
using detail::Samples;

// ── one step ────────────────────────────────────────────────────────────────────────────────────────────────────────

// Sums the loss over samples, so that a smaller last batch counts by its size.
struct LossAverage {
  double sum = 0, weight = 0;
  void add(double value, std::int64_t samples) {
    sum += value * static_cast<double>(samples);
    weight += static_cast<double>(samples);
  }
  double result() const { return weight > 0 ? sum / weight : 0; }
};

Tensor total_loss(const Compiled& compiled, const LayerBase& model, const Samples& batch,
                  const std::pair<Tensor, Mask>& output, const AddedLosses& added,
                  const std::vector<Variable>& regularized) {
  Tensor loss = (*compiled.loss)(batch.y, output.first, batch.weight, output.second.value_or(Tensor()));
  if (!added.empty()) loss = loss + ops::cast(added.total(), loss.dtype());
  for (const Variable& weight : regularized)
    loss = loss + ops::cast((*weight.body().regularizer)(weight), loss.dtype());
  if (loss.rank() != 0)
    throw ShapeError(
        model.place(),
        fmt::format("the loss is not a scalar; got shape {}; use a reduction other than none", loss.shape()));
  return loss;
}

void update_metrics(Compiled& compiled, const Samples& batch, const std::pair<Tensor, Mask>& output) {
  const auto masked = [&](const Tensor& weight) {
    return output.second ? losses::apply_mask(weight, *output.second, float32, "sum") : weight;
  };
  for (auto& metric : compiled.metrics) metric->update_state(batch.y, output.first, masked(Tensor()));
  for (auto& metric : compiled.weighted_metrics) metric->update_state(batch.y, output.first, masked(batch.weight));
}

void reset_metrics(Compiled& compiled) {
  for (auto& metric : compiled.metrics) metric->reset_state();
  for (auto& metric : compiled.weighted_metrics) metric->reset_state();
}

Logs figures(const Compiled& compiled, const LossAverage& loss, const char* prefix = "") {
  std::vector<Logs::Entry> entries{{fmt::format("{}loss", prefix), loss.result()}};
  for (const auto* metrics : {&compiled.metrics, &compiled.weighted_metrics})
    for (const auto& metric : *metrics) entries.emplace_back(prefix + metric->name(), metric->result());
  std::sort(entries.begin(), entries.end());  // by name, as Keras shows them
  Logs logs;
  for (const auto& [name, value] : entries) logs.set(name, value);
  return logs;
}

// What steps need of a model, looked up once for a whole training.
class Steps {
 public:
  Steps(Model& model, Compiled& compiled) : model_(model), compiled_(compiled), trainable_(model.trainable_weights()) {
    for (const Variable& weight : trainable_) {
      pointers_.push_back(&weight);
      if (weight.body().regularizer) regularized_.push_back(weight);
    }
    gradients_.resize(trainable_.size());
  }

  double train(const Samples& batch) {
    const AddedLosses added;
    GradientTape tape;
    const std::pair<Tensor, Mask> output = model_.apply(batch.x, {.training = true});
    const Tensor loss = total_loss(compiled_, model_, batch, output, added, regularized_);
    tape.gradients(compiled_.optimizer->scale_loss(loss), pointers_, gradients_);
    if (!pointers_.empty()) compiled_.optimizer->apply(gradients_, pointers_, {.missing_is_zero = true});
    std::fill(gradients_.begin(), gradients_.end(), Gradient());
    update_metrics(compiled_, batch, output);
    return loss.item<double>();
  }

  double test(const Samples& batch) {
    const AddedLosses added;
    const std::pair<Tensor, Mask> output = model_.apply(batch.x, {});
    const Tensor loss = total_loss(compiled_, model_, batch, output, added, regularized_);
    update_metrics(compiled_, batch, output);
    return loss.item<double>();
  }

 private:
  Model& model_;
  Compiled& compiled_;
  std::vector<Variable> trainable_, regularized_;
  std::vector<const Variable*> pointers_;
  std::vector<Gradient> gradients_;
};

// ── checks before the first step ────────────────────────────────────────────────────────────────────────────────────

void check_samples(const char* where, const Tensor& x, const Tensor& y) {
  for (const Tensor* tensor : {&x, &y})
    if (!tensor->defined() || tensor->is_symbolic() || tensor->rank() == 0)
      throw ShapeError(where, fmt::format("no samples; got {} of shape {}; expected samples along the first axis",
                                          tensor == &x ? "x" : "y", tensor->defined() ? tensor->shape() : Shape()));
  if (x.dim(0) != y.dim(0))
    throw ShapeError(
        where, fmt::format("x and y have different numbers of samples; got {} and {}; expected one target a sample",
                           x.shape(), y.shape()));
  if (x.dim(0) == 0)
    throw ValueError(where, fmt::format("no samples; got x of shape {}; expected at least one", x.shape()));
}

void require_positive(const char* where, const char* option, std::int64_t value) {
  if (value < 1) throw ValueError(where, fmt::format("{} is too small; got {}; expected 1 or more", option, value));
}

void check_options(const FitOptions& options) {
  require_positive("fit", "batch_size", options.batch_size);
  require_positive("fit", "validation_freq", options.validation_freq);
  require_positive("fit", "steps_per_epoch", options.steps_per_epoch.value_or(1));
  require_positive("fit", "validation_steps", options.validation_steps.value_or(1));
  require_positive("fit", "validation_batch_size", options.validation_batch_size.value_or(1));
  if (options.verbose < 0 || options.verbose > 2)
    throw ValueError("fit", fmt::format("unknown verbose; got {}; expected 0, 1 or 2", options.verbose));
  if (!(options.validation_split >= 0 && options.validation_split < 1))
    throw ValueError("fit",
                     fmt::format("validation_split leaves nothing to train on; got {}; expected 0 up to, but not "
                                 "including, 1",
                                 options.validation_split));
}

struct SplitSamples {
  Samples training;
  std::optional<Samples> validation;
};

// As Keras: the first n · (1 − split) samples, rounded down, are trained on.
SplitSamples split(const Samples& all, const FitOptions& options) {
  if (options.validation_data) {
    const ValidationData& data = *options.validation_data;
    check_samples("fit", data.x, data.y);
    return {all, Samples{data.x, data.y, detail::combined_weights("fit", data.y, data.sample_weight, {})}};
  }
  if (options.validation_split == 0) return {all, std::nullopt};
  const std::int64_t count = all.count();
  const auto first = static_cast<std::int64_t>(std::floor(static_cast<double>(count) * (1 - options.validation_split)));
  if (first == 0 || first == count)
    throw ValueError("fit",
                     fmt::format("validation_split leaves one side empty; got {} of {} samples; expected at least one "
                                 "on each side",
                                 options.validation_split, count));
  const auto cut = [&](const Tensor& t, std::int64_t from, std::int64_t to) {
    return t.defined() ? detail::rows(t, from, to) : Tensor();
  };
  return {{cut(all.x, 0, first), cut(all.y, 0, first), cut(all.weight, 0, first)},
          Samples{cut(all.x, first, count), cut(all.y, first, count), cut(all.weight, first, count)}};
}

// ── passes over data ────────────────────────────────────────────────────────────────────────────────────────────────

std::int64_t steps_of(const Batches& batches, std::optional<std::int64_t> limit) {
  return std::min(batches.count(), limit.value_or(batches.count()));
}

template <class F, class... A>
void call_all(const std::vector<Callback>& callbacks, F Callback::*function, const A&... arguments) {
  for (const Callback& callback : callbacks)
    if (callback.*function) (callback.*function)(arguments...);
}

Logs test_all(Steps& steps, Compiled& compiled, const Samples& samples, std::int64_t batch_size,
              std::optional<std::int64_t> limit, int verbose, const char* prefix) {
  const Batches batches(samples, batch_size);
  const std::int64_t count = steps_of(batches, limit);
  detail::Progress progress(count, verbose);
  reset_metrics(compiled);
  LossAverage loss;
  for (std::int64_t i = 0; i < count; ++i) {
    const Samples batch = batches.batch(i);
    loss.add(steps.test(batch), batch.count());
    if (progress.wants_update(i + 1)) progress.update(i + 1, figures(compiled, loss));
  }
  progress.finish(figures(compiled, loss));
  return figures(compiled, loss, prefix);
}

}  // namespace

// ── the model's own functions ───────────────────────────────────────────────────────────────────────────────────────

void Model::prepare(const Tensor& x) {
  if (!built() || output_shapes_.empty()) ensure_built(x.shape().with(0, None));
}

History Model::fit(const Tensor& x, const Tensor& y, const FitOptions& options) {
  Compiled& compiled = this->compiled("fit");
  check_options(options);
  check_samples("fit", x, y);
  const SplitSamples samples =
      split({x, y, detail::combined_weights("fit", y, options.sample_weight, options.class_weight)}, options);
  prepare(x);
  check_data(x);
  compiled.loss->check_labels(y, output_shape());
  if (samples.validation) {
    check_data(samples.validation->x);
    compiled.loss->check_labels(samples.validation->y, output_shape());
  }

  Steps steps(*this, compiled);
  Batches batches(samples.training, options.batch_size);
  const std::int64_t count = steps_of(batches, options.steps_per_epoch);
  const detail::InterruptGuard interrupt;
  stop_training_ = false;
  History history;
  call_all(options.callbacks, &Callback::on_train_begin, Logs());
  for (std::int64_t epoch = options.initial_epoch; epoch < options.epochs && !stop_training_; ++epoch) {
    call_all(options.callbacks, &Callback::on_epoch_begin, epoch, Logs());
    if (options.verbose > 0) log(fmt::format("Epoch {}/{}\n", epoch + 1, options.epochs));
    if (options.shuffle) batches.shuffle();
    reset_metrics(compiled);
    detail::Progress progress(count, options.verbose);
    LossAverage loss;
    for (std::int64_t i = 0; i < count && !stop_training_; ++i) {
      call_all(options.callbacks, &Callback::on_train_batch_begin, i, Logs());
      const Samples batch = batches.batch(i);
      loss.add(steps.train(batch), batch.count());
      if (!options.callbacks.empty())
        call_all(options.callbacks, &Callback::on_train_batch_end, i, figures(compiled, loss));
      if (progress.wants_update(i + 1)) progress.update(i + 1, figures(compiled, loss));
      stop_training_ = stop_training_ || interrupt.interrupted();
    }
    Logs logs = figures(compiled, loss);
    if (samples.validation && (epoch + 1) % options.validation_freq == 0 && !interrupt.interrupted()) {
      const Logs validation =
          test_all(steps, compiled, *samples.validation, options.validation_batch_size.value_or(options.batch_size),
                   options.validation_steps, 0, "val_");
      for (const auto& [name, value] : validation) logs.set(name, value);
    }
    progress.finish(logs);
    history.add(epoch, logs);
    call_all(options.callbacks, &Callback::on_epoch_end, epoch, logs);
  }
  if (interrupt.interrupted() && options.verbose > 0) log("interrupted: training ends after this batch\n");
  if (!history.epoch().empty()) compiled.optimizer->finalize_variable_values();
  call_all(options.callbacks, &Callback::on_train_end, Logs());
  return history;
}

Logs Model::evaluate(const Tensor& x, const Tensor& y, const EvaluateOptions& options) {
  Compiled& compiled = this->compiled("evaluate");
  require_positive("evaluate", "batch_size", options.batch_size);
  require_positive("evaluate", "steps", options.steps.value_or(1));
  check_samples("evaluate", x, y);
  prepare(x);
  compiled.loss->check_labels(y, output_shape());
  Steps steps(*this, compiled);
  const Samples samples{x, y, detail::combined_weights("evaluate", y, options.sample_weight, {})};
  return test_all(steps, compiled, samples, options.batch_size, options.steps, options.verbose, "");
}

Tensor Model::predict(const Tensor& x, const PredictOptions& options) {
  require_positive("predict", "batch_size", options.batch_size);
  require_positive("predict", "steps", options.steps.value_or(1));
  if (!x.defined() || x.rank() == 0)
    throw ShapeError("predict", "no samples; got a scalar or nothing; expected samples along the first axis");
  prepare(x);
  if (x.dim(0) <= options.batch_size) return predict_on_batch(x);
  const Batches batches({x, Tensor(), Tensor()}, options.batch_size);
  const std::int64_t count = steps_of(batches, options.steps);
  detail::Progress progress(count, options.verbose);
  std::vector<Tensor> outputs;
  for (std::int64_t i = 0; i < count; ++i) {
    outputs.push_back(predict_on_batch(batches.batch(i).x));
    if (progress.wants_update(i + 1)) progress.update(i + 1, {});
  }
  progress.finish({});
  return ops::concatenate(outputs, 0);
}

Logs Model::train_on_batch(const Tensor& x, const Tensor& y, const BatchOptions& options) {
  Compiled& compiled = this->compiled("train_on_batch");
  check_samples("train_on_batch", x, y);
  prepare(x);
  compiled.loss->check_labels(y, output_shape());
  const Samples batch{x, y, detail::combined_weights("train_on_batch", y, options.sample_weight, options.class_weight)};
  reset_metrics(compiled);
  LossAverage loss;
  loss.add(Steps(*this, compiled).train(batch), batch.count());
  return figures(compiled, loss);
}

Logs Model::test_on_batch(const Tensor& x, const Tensor& y, const BatchOptions& options) {
  Compiled& compiled = this->compiled("test_on_batch");
  check_samples("test_on_batch", x, y);
  prepare(x);
  compiled.loss->check_labels(y, output_shape());
  const Samples batch{x, y, detail::combined_weights("test_on_batch", y, options.sample_weight, options.class_weight)};
  reset_metrics(compiled);
  LossAverage loss;
  loss.add(Steps(*this, compiled).test(batch), batch.count());
  return figures(compiled, loss);
}

Tensor Model::predict_on_batch(const Tensor& x) { return (*this)(x); }

}  // namespace cornu
