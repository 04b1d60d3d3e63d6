#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/model/callback.hpp>
#include <cornu/framework/model/class_weights.hpp>
#include <cornu/framework/model/history.hpp>
#include <cornu/framework/model/model_data.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// Data that fit() evaluates after each epoch.
struct ValidationData {
  ModelData x = {};
  ModelData y = {};
  ModelData sample_weight = {};
};

/// Validation data or none, written as in Keras: `.validation_data = {x, y}`, or `{x, y, sample_weight}`.
struct OptionalValidationData : std::optional<ValidationData> {
  using optional::optional;
  OptionalValidationData(ModelData x, ModelData y, ModelData sample_weight = {});
};

/// Fields in the order of Keras's fit.
struct FitOptions {
  std::int64_t batch_size = 32;
  std::int64_t epochs = 1;  ///< the number of the last epoch, as in Keras: training runs from initial_epoch to it
  int verbose = 1;          ///< 0: nothing, 1: a progress bar, 2: a line an epoch
  std::vector<Callback> callbacks = {};
  double validation_split = 0;                  ///< the last part of the data (before shuffling), in [0, 1)
  OptionalValidationData validation_data = {};  ///< {x, y} or {x, y, sample_weight}, instead of a split
  bool shuffle = true;                          ///< the order of the samples, anew each epoch
  ClassWeights class_weight = {};               ///< weight of a sample by its integer label; 1 if not named
  ModelData sample_weight =
      {};  ///< (samples,): weight in the loss; or one for each output, or for those that are named
  std::int64_t initial_epoch = 0;
  std::optional<std::int64_t> steps_per_epoch = {};  ///< end an epoch after that many batches
  std::optional<std::int64_t> validation_steps = {};
  std::optional<std::int64_t> validation_batch_size = {};
  std::int64_t validation_freq = 1;  ///< evaluate after each that many epochs
  bool profile = false;  ///< measure where the time of a step goes: see StepProfile; Keras has no such option

  ~FitOptions();  // not inline: each program that trains would compile the lists, maps and functions of the fields
};

struct EvaluateOptions {
  std::int64_t batch_size = 32;
  int verbose = 0;  ///< Keras prints a bar here by itself; give 1 to see it
  ModelData sample_weight = {};
  std::optional<std::int64_t> steps = {};
};

struct PredictOptions {
  std::int64_t batch_size = 32;
  int verbose = 0;  ///< Keras prints a bar here by itself; give 1 to see it
  std::optional<std::int64_t> steps = {};
};

struct BatchOptions {
  ModelData sample_weight = {};
  ClassWeights class_weight = {};
};

}  // namespace cornu
CORNU_EXPORT_END
