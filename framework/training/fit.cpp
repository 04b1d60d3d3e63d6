// fit, evaluate and predict: what surrounds the steps.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/training/interrupt.hpp>
#include <cornu/framework/training/progress.hpp>
#include <cornu/framework/training/steps.hpp>

namespace cornu {

using detail::Batches;
using detail::Samples;
using detail::Steps;

namespace {

// ── checks before the first step ────────────────────────────────────────────────────────────────────────────────────

// Data, and what errors call them: x and y, or by the names of inputs and outputs.
struct NamedTensor {
  const char* kind;  // "input" or "target"
  std::string name;
  Tensor tensor;
};

std::vector<NamedTensor> named(const char* where, const char* kind, const char* only, const Tensors& tensors,
                               const std::vector<std::string>& names) {
  if (tensors.size() != names.size())
    throw ValueError(where, fmt::format("another number of {}s; got {}; expected {}: {}", kind, tensors.size(),
                                        names.size(), fmt::join(names, ", ")));
  std::vector<NamedTensor> all;
  for (std::size_t i = 0; i < tensors.size(); ++i)
    all.push_back({kind, names.size() == 1 ? only : fmt::format("{} '{}'", kind, names[i]), tensors[i]});
  return all;
}

void require_samples(const char* where, const NamedTensor& data) {
  const Tensor& x = data.tensor;
  if (!x.defined() || x.is_symbolic() || x.rank() == 0)
    throw ShapeError(where, fmt::format("no samples; got {} of shape {}; expected samples along the first axis",
                                        data.name, x.defined() ? x.shape() : Shape()));
}

// Each of them, and as many samples in all as in the first.
void require_samples(const char* where, const std::vector<NamedTensor>& data) {
  for (const NamedTensor& one : data) require_samples(where, one);
  const NamedTensor& first = data.front();
  for (const NamedTensor& one : data)
    if (one.tensor.dim(0) != first.tensor.dim(0))
      throw ShapeError(where, fmt::format("{} and {} have different numbers of samples; got {} and {}; expected one {} "
                                          "a sample",
                                          first.name, one.name, first.tensor.shape(), one.tensor.shape(), one.kind));
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
  if (options.initial_epoch < 0)
    throw ValueError("fit",
                     fmt::format("initial_epoch is too small; got {}; expected 0 or more", options.initial_epoch));
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

// As Keras: the first n · (1 − split) samples, rounded down, are trained on. Class weights are for these alone.
SplitSamples split(const Tensors& x, const Tensors& y, const FitOptions& options) {
  const Samples all{x, y, detail::combined_weights("fit", y, options.sample_weight, options.class_weight)};
  if (options.validation_data) {
    const ValidationData& data = *options.validation_data;
    return {all,
            Samples{data.x, data.y, detail::combined_weights("fit, validation_data", data.y, data.sample_weight, {})}};
  }
  if (options.validation_split == 0) return {all, std::nullopt};
  const std::int64_t count = all.count();
  const auto first = static_cast<std::int64_t>(std::floor(static_cast<double>(count) * (1 - options.validation_split)));
  if (first == 0 || first == count)
    throw ValueError("fit",
                     fmt::format("validation_split leaves one side empty; got {} of {} samples; expected at least one "
                                 "on each side",
                                 options.validation_split, count));
  const Tensors weights = detail::combined_weights("fit", y, options.sample_weight, {});
  return {detail::cut(all, 0, first), detail::cut({x, y, weights}, first, count)};
}

// ── passes over data ────────────────────────────────────────────────────────────────────────────────────────────────

std::int64_t steps_of(const Batches& batches, std::optional<std::int64_t> limit) {
  return std::min(batches.count(), limit.value_or(batches.count()));
}

Logs test_all(Steps& steps, const Samples& samples, std::int64_t batch_size, std::optional<std::int64_t> limit,
              int verbose, const char* prefix = "") {
  const Batches batches(samples, batch_size);
  const std::int64_t count = steps_of(batches, limit);
  detail::Progress progress(count, verbose);
  steps.reset();
  for (std::int64_t i = 0; i < count; ++i) {
    steps.test(batches.batch(i));
    if (progress.wants_update(i + 1)) progress.update(i + 1, steps.figures());
  }
  progress.finish(steps.figures());
  return steps.figures(prefix);
}

// One fit(): its epochs, and what is told to callbacks and shown on the way.
class Fitting {
 public:
  Fitting(Steps& steps, const SplitSamples& samples, const FitOptions& options, bool& stop)
      : steps_(steps),
        validation_(samples.validation),
        options_(options),
        stop_(stop),
        batches_(samples.training, options.batch_size),
        count_(steps_of(batches_, options.steps_per_epoch)) {}

  History run() {
    History history;
    Logs logs;
    call_all(&Callback::on_train_begin, Logs());
    for (std::int64_t epoch = options_.initial_epoch; epoch < options_.epochs && !stop_; ++epoch) {
      call_all(&Callback::on_epoch_begin, epoch, Logs());
      logs = run_epoch(epoch);
      history.add(epoch, logs);
      call_all(&Callback::on_epoch_end, epoch, logs);
    }
    if (interrupt_.interrupted() && options_.verbose > 0) log("interrupted: the training ends after this batch\n");
    return history;
  }

  template <class F, class... A>
  void call_all(F Callback::*function, const A&... arguments) const {
    for (const Callback& callback : options_.callbacks)
      if (callback.*function) (callback.*function)(arguments...);
  }

 private:
  Logs run_epoch(std::int64_t epoch) {
    if (options_.verbose > 0 && options_.epochs > 1) log(fmt::format("Epoch {}/{}\n", epoch + 1, options_.epochs));
    if (options_.shuffle) batches_.shuffle();
    steps_.reset();
    detail::Progress progress(count_, options_.verbose);
    for (std::int64_t i = 0; i < count_ && !stop_; ++i) {
      call_all(&Callback::on_train_batch_begin, i, Logs());
      steps_.train(batches_.batch(i));
      if (!options_.callbacks.empty()) call_all(&Callback::on_train_batch_end, i, steps_.figures());
      if (progress.wants_update(i + 1)) progress.update(i + 1, steps_.figures());
      stop_ = stop_ || interrupt_.interrupted();
    }
    Logs logs = steps_.figures();
    if (validation_ && (epoch + 1) % options_.validation_freq == 0 && !interrupt_.interrupted())
      for (const auto& [name, value] : validate()) logs.set(name, value);
    progress.finish(logs);
    return logs;
  }

  Logs validate() {
    return test_all(steps_, *validation_, options_.validation_batch_size.value_or(options_.batch_size),
                    options_.validation_steps, 0, "val_");
  }

  Steps& steps_;
  const std::optional<Samples>& validation_;
  const FitOptions& options_;
  bool& stop_;
  Batches batches_;
  std::int64_t count_;
  detail::InterruptGuard interrupt_;
};

}  // namespace

// ── the model's own functions ───────────────────────────────────────────────────────────────────────────────────────

void Model::prepare(const Tensors& x) {
  if (built()) return;
  std::vector<Shape> shapes;
  for (const Tensor& input : x) shapes.push_back(input.shape().with(0, None));
  ensure_built(Shapes(std::move(shapes)));
}

// Inputs may have other extents than those that the model was built with. Batch after batch has the same ones, so they
// are kept.
const std::vector<Shape>& Model::output_shapes_for(const Tensors& x) {
  const auto is_alike = [](const Tensor& input, const Shape& shape) { return input.shape().with(0, None) == shape; };
  if (std::equal(x.begin(), x.end(), data_shapes_.begin(), data_shapes_.end(), is_alike)) return shapes_for_data_;
  data_shapes_.clear();
  shapes_for_data_.clear();
  Tensors symbolic;
  for (const Tensor& input : x) symbolic.push_back(Tensor::symbolic(input.shape().with(0, None), input.dtype()));
  for (const Tensor& output : apply(symbolic, {}).first) shapes_for_data_.push_back(output.shape());
  for (const Tensor& input : symbolic) data_shapes_.push_back(input.shape());
  return shapes_for_data_;
}

void Model::check_samples(const char* where, const Tensors& x, const Tensors& y) const {
  std::vector<NamedTensor> data = named(where, "input", "x", x, input_names());
  for (NamedTensor& target : named(where, "target", "y", y, output_names())) data.push_back(std::move(target));
  require_samples(where, data);
  if (x[0].dim(0) == 0)
    throw ValueError(where,
                     fmt::format("no samples; got {} of shape {}; expected at least one", data[0].name, x[0].shape()));
}

void Model::check_labels(const detail::Compiled& compiled, const Tensors& x, const Tensors& y) {
  prepare(x);
  const std::vector<Shape>& shapes = output_shapes_for(x);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const std::string where = fmt::format("target '{}'", compiled.outputs[i].name);
    std::optional<ErrorScope> scope;
    if (y.size() > 1) scope.emplace(where);
    compiled.outputs[i].loss->check_labels(y[i], shapes[i]);
  }
}

void Model::check_whole(const detail::Compiled& compiled, const Tensors& x, const Tensors& y) {
  prepare(x);
  check_data(x);
  check_labels(compiled, x, y);
}

FitOptions::~FitOptions() = default;

History Model::fit(const Tensors& x, const Tensors& y, const FitOptions& options) {
  const auto compiled = this->compiled("fit");
  check_options(options);
  check_samples("fit", x, y);
  if (options.validation_data)
    check_samples("fit, validation_data", options.validation_data->x, options.validation_data->y);
  const SplitSamples samples = split(x, y, options);
  check_whole(*compiled, x, y);
  if (samples.validation) check_whole(*compiled, samples.validation->x, samples.validation->y);

  stop_training_ = false;
  Steps steps(*this, *compiled);
  Fitting fitting(steps, samples, options, stop_training_);
  const History history = fitting.run();
  if (!history.epoch().empty()) compiled->optimizer->finalize_variable_values(trainable_weights());
  fitting.call_all(&Callback::on_train_end, history.last());
  return history;
}

Logs Model::evaluate(const Tensors& x, const Tensors& y, const EvaluateOptions& options) {
  const auto compiled = this->compiled("evaluate");
  require_positive("evaluate", "batch_size", options.batch_size);
  require_positive("evaluate", "steps", options.steps.value_or(1));
  check_samples("evaluate", x, y);
  check_whole(*compiled, x, y);
  Steps steps(*this, *compiled);
  const Samples samples{x, y, detail::combined_weights("evaluate", y, options.sample_weight, {})};
  return test_all(steps, samples, options.batch_size, options.steps, options.verbose);
}

Tensor Model::predict(const Tensors& x, const PredictOptions& options) {
  const std::vector<std::string> outputs = output_names();
  if (outputs.size() != 1)
    throw StateError("predict", fmt::format("the model has several outputs; got predict for {}; use predict_all",
                                            fmt::join(outputs, ", ")));
  return predict_all(x, options)[0];
}

Tensors Model::predict_all(const Tensors& x, const PredictOptions& options) {
  require_positive("predict", "batch_size", options.batch_size);
  require_positive("predict", "steps", options.steps.value_or(1));
  require_samples("predict", named("predict", "input", "x", x, input_names()));
  prepare(x);
  if (x[0].dim(0) == 0 || (x[0].dim(0) <= options.batch_size && options.verbose == 0)) return apply(x, {}).first;
  check_data(x);
  const Batches batches({x, {}, {}}, options.batch_size);
  const std::int64_t count = steps_of(batches, options.steps);
  detail::Progress progress(count, options.verbose);
  std::vector<std::vector<Tensor>> outputs(output_names().size());
  for (std::int64_t i = 0; i < count; ++i) {
    const Tensors some = apply(batches.batch(i).x, {}).first;
    for (std::size_t k = 0; k < some.size(); ++k) outputs[k].push_back(some[k]);
    if (progress.wants_update(i + 1)) progress.update(i + 1, {});
  }
  progress.finish({});
  Tensors joined;
  for (const std::vector<Tensor>& parts : outputs) joined.push_back(ops::concatenate(parts, 0));
  return joined;
}

Logs Model::train_on_batch(const Tensors& x, const Tensors& y, const BatchOptions& options) {
  const auto compiled = this->compiled("train_on_batch");
  check_samples("train_on_batch", x, y);
  check_labels(*compiled, x, y);
  Steps steps(*this, *compiled);
  steps.train({x, y, detail::combined_weights("train_on_batch", y, options.sample_weight, options.class_weight)});
  return steps.figures();
}

Logs Model::test_on_batch(const Tensors& x, const Tensors& y, const BatchOptions& options) {
  const auto compiled = this->compiled("test_on_batch");
  check_samples("test_on_batch", x, y);
  check_labels(*compiled, x, y);
  Steps steps(*this, *compiled);
  steps.test({x, y, detail::combined_weights("test_on_batch", y, options.sample_weight, options.class_weight)});
  return steps.figures();
}

Tensor Model::predict_on_batch(const Tensors& x) {
  const bool has_samples = !x.empty() && x[0].defined() && x[0].rank() > 0;
  return predict(x, {.batch_size = std::max<std::int64_t>(has_samples ? x[0].dim(0) : 1, 1)});
}

}  // namespace cornu
