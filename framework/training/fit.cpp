// fit and evaluate: what surrounds the steps.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/model/progress.hpp>
#include <cornu/framework/model/step_profile.hpp>
#include <cornu/framework/training/data_checks.hpp>
#include <cornu/framework/training/interrupt.hpp>
#include <cornu/framework/training/profiling.hpp>
#include <cornu/framework/training/trainer.hpp>

namespace cornu {

using detail::Batches;
using detail::require_positive;
using detail::Samples;
using detail::Trainer;

namespace {

void check_options(const FitOptions& options) {
  require_positive("fit", "batch_size", options.batch_size);
  require_positive("fit", "validation_freq", options.validation_freq);
  require_positive("fit", "steps_per_epoch", options.steps_per_epoch.value_or(1));
  require_positive("fit", "validation_steps", options.validation_steps.value_or(1));
  require_positive("fit", "validation_batch_size", options.validation_batch_size.value_or(1));
  if (options.initial_epoch < 0)
    throw ValueError("fit",
                     fmt::format("initial_epoch is too small; got {}; expected 0 or more", options.initial_epoch));
  if (options.epochs < options.initial_epoch)
    throw ValueError("fit", fmt::format("no epoch is left to train; got epochs {} and initial_epoch {}; epochs is the "
                                        "number of the last one",
                                        options.epochs, options.initial_epoch));
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
std::int64_t first_part(std::int64_t count, double split) {
  const auto first = static_cast<std::int64_t>(std::floor(static_cast<double>(count) * (1 - split)));
  if (first == 0 || first == count)
    throw ValueError("fit",
                     fmt::format("validation_split leaves one side empty; got {} of {} samples; expected at least one "
                                 "on each side",
                                 split, count));
  return first;
}

template <class F, class... A>
void call_all(const std::vector<Callback>& callbacks, F Callback::*function, A&&... arguments) {
  for (const Callback& callback : callbacks)
    if (callback.*function) (callback.*function)(arguments...);
}

// Tests on all batches, or up to the one after which `interrupt` has been interrupted.
Logs test_all(Trainer& trainer, const Samples& samples, std::int64_t batch_size, std::optional<std::int64_t> limit,
              int verbose, const char* prefix = "", const std::vector<Callback>& callbacks = {},
              const detail::InterruptGuard* interrupt = nullptr) {
  const Batches batches(samples, batch_size);
  const std::int64_t count = steps_of(batches, limit);
  detail::Progress progress(count, verbose);
  trainer.reset();
  call_all(callbacks, &Callback::on_test_begin, Logs());
  for (std::int64_t i = 0; i < count && !(interrupt && interrupt->interrupted()); ++i) {
    call_all(callbacks, &Callback::on_test_batch_begin, i, Logs());
    trainer.test(batches.batch(i));
    if (!callbacks.empty()) call_all(callbacks, &Callback::on_test_batch_end, i, trainer.figures());
    if (progress.wants_update(i + 1)) progress.update(i + 1, trainer.figures());
  }
  progress.finish(trainer.figures());
  call_all(callbacks, &Callback::on_test_end, trainer.figures());
  return trainer.figures(prefix);
}

// One fit(): its epochs, and what is told to callbacks and shown on the way.
class Fitting {
 public:
  Fitting(Model& model, Trainer& trainer, const SplitSamples& samples, const FitOptions& options, bool& stop,
          const std::int64_t& first_epoch)
      : model_(model),
        trainer_(trainer),
        validation_(samples.validation),
        options_(options),
        stop_(stop),
        first_epoch_(first_epoch),
        batches_(samples.training, options.batch_size),
        count_(steps_of(batches_, options.steps_per_epoch)),
        verbose_(options.verbose) {
    if (options_.profile) profiling_.emplace(model);
    for (const Callback& callback : options_.callbacks)
      if (callback.object) objects_.push_back(callback.object.get());
  }

  History run() {
    History history;
    Logs logs;
    begin();
    for (std::int64_t epoch = first_epoch_; epoch < options_.epochs && !stop_ && !interrupt_.interrupted(); ++epoch) {
      call_all(&Callback::on_epoch_begin, epoch, Logs());
      logs = run_epoch(epoch);
      history.add(epoch, logs);
      call_all(&Callback::on_epoch_end, epoch, logs);
      if (!interrupt_.interrupted())
        for (auto* object : objects_) object->back_up_all(epoch, objects_);
    }
    if (interrupt_.interrupted()) {
      history.set_interrupted();
      if (options_.verbose > 0) log("interrupted: the training ends after this batch\n");
    }
    if (profiling_) history.set_profile(profiling_->result());
    return history;
  }

  template <class F, class... A>
  void call_all(F Callback::*function, A&&... arguments) const {
    cornu::call_all(options_.callbacks, function, arguments...);
  }

 private:
  void begin() {
    if (const auto steps = options_.steps_per_epoch; steps > batches_.count())
      log(
          fmt::format("fit: steps_per_epoch is {}, but an epoch of these data has {}, of up to {} samples; train more "
                      "epochs instead\n",
                      *steps, batches_.count(), options_.batch_size));
    for (auto* object : objects_) {
      object->set_params({.verbose = options_.verbose, .epochs = options_.epochs, .steps = count_});
      if (object->shows_progress()) verbose_ = 0;
    }
    call_all(&Callback::set_model, model_);
    call_all(&Callback::on_train_begin, Logs());
    for (auto* object : objects_) object->restore_all(objects_);
  }

  Logs run_epoch(std::int64_t epoch) {
    if (verbose_ > 0) detail::Progress::begin_epoch(epoch, options_.epochs);
    if (options_.shuffle) batches_.shuffle();
    trainer_.reset();
    detail::Progress progress(count_, verbose_);
    for (std::int64_t i = 0; i < count_ && !stop_; ++i) {
      const detail::ProfiledStep step(profiling_ ? &*profiling_ : nullptr);
      call_all(&Callback::on_train_batch_begin, i, Logs());
      train(batches_.batch(i), step.profiler());
      if (!options_.callbacks.empty()) call_all(&Callback::on_train_batch_end, i, trainer_.figures());
      if (progress.wants_update(i + 1)) progress.update(i + 1, trainer_.figures());
      if (interrupt_.interrupted()) break;
    }
    Logs logs = trainer_.figures();
    if (validation_ && (epoch + 1) % options_.validation_freq == 0 && !interrupt_.interrupted())
      for (const auto& [name, value] : validate()) logs.set(name, value);
    for (auto* object : objects_) object->add_figures(epoch, logs);
    progress.finish(logs);
    return logs;
  }

  // Callbacks may call layers, too: that is not their time.
  void train(const Samples& batch, detail::Profiler* profiler) {
    const detail::ProfilerScope scope(profiler);
    trainer_.train(batch);
  }

  // No figures of a part of the data.
  Logs validate() {
    const Logs logs = test_all(trainer_, *validation_, options_.validation_batch_size.value_or(options_.batch_size),
                               options_.validation_steps, 0, "val_", options_.callbacks, &interrupt_);
    return interrupt_.interrupted() ? Logs() : logs;
  }

  Model& model_;
  Trainer& trainer_;
  const std::optional<Samples>& validation_;
  const FitOptions& options_;
  bool& stop_;
  const std::int64_t& first_epoch_;  // a callback may set it as training begins
  Batches batches_;
  std::int64_t count_;
  int verbose_;  // 0 when a callback shows the progress
  std::vector<callbacks::CallbackBase*> objects_;
  detail::InterruptGuard interrupt_;
  std::optional<detail::Profiling> profiling_;
};

}  // namespace

History Model::fit(const ModelData& x, const ModelData& y, const FitOptions& options) {
  const auto compiled = this->compiled("fit");
  check_options(options);
  SplitSamples samples{samples_of("fit", *compiled, x, y, options.sample_weight, options.class_weight), {}};
  const Samples all = samples.training;
  if (const auto& data = options.validation_data) {
    samples.validation = samples_of("fit, validation_data", *compiled, data->x, data->y, data->sample_weight);
  } else if (options.validation_split > 0) {  // class weights are for the first part alone
    const std::int64_t first = first_part(all.count(), options.validation_split);
    samples.training = cut(all, 0, first);
    samples.validation = cut(samples_of("fit", *compiled, x, y, options.sample_weight), first, all.count());
  }
  check_whole(*compiled, all.x, all.y);
  if (options.validation_data) {
    static const std::string place = "fit, validation_data";
    const ErrorScope scope(place);
    check_whole(*compiled, samples.validation->x, samples.validation->y);
  }

  compiled->has_said_nan = compiled->has_checked_step = false;
  stop_training_ = false;
  first_epoch_ = options.initial_epoch;
  Trainer trainer(*this, *compiled, "fit");
  Fitting fitting(*this, trainer, samples, options, stop_training_, first_epoch_);
  const History history = fitting.run();
  const bool has_trained = !history.epoch().empty() || first_epoch_ > options.initial_epoch;
  if (has_trained) compiled->optimizer->finalize_variable_values(trainable_weights());
  fitting.call_all(&Callback::on_train_end, history.last());
  if (options.profile && options.verbose > 0) log(history.profile().text(log_sink().columns));
  return history;
}

Logs Model::evaluate(const ModelData& x, const ModelData& y, const EvaluateOptions& options) {
  const auto compiled = this->compiled("evaluate");
  require_positive("evaluate", "batch_size", options.batch_size);
  require_positive("evaluate", "steps", options.steps.value_or(1));
  const Samples samples = samples_of("evaluate", *compiled, x, y, options.sample_weight);
  check_whole(*compiled, samples.x, samples.y);
  Trainer trainer(*this, *compiled, "evaluate");
  return test_all(trainer, samples, options.batch_size, options.steps, options.verbose);
}

Logs Model::train_on_batch(const ModelData& x, const ModelData& y, const BatchOptions& options) {
  const auto compiled = this->compiled("train_on_batch");
  const Samples batch = samples_of("train_on_batch", *compiled, x, y, options.sample_weight, options.class_weight);
  check_labels(*compiled, batch.x, batch.y);
  Trainer trainer(*this, *compiled, "train_on_batch");
  Logs figures;
  trainer.train(batch, &figures);
  return figures;
}

Logs Model::test_on_batch(const ModelData& x, const ModelData& y, const BatchOptions& options) {
  const auto compiled = this->compiled("test_on_batch");
  const Samples batch = samples_of("test_on_batch", *compiled, x, y, options.sample_weight, options.class_weight);
  check_labels(*compiled, batch.x, batch.y);
  Trainer trainer(*this, *compiled, "test_on_batch");
  trainer.test(batch);
  return trainer.figures();
}

}  // namespace cornu
