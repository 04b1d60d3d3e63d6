#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include <cornu/framework/model/sequential.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/optim/sgd.hpp>

namespace cornu::testing {

/// One weight, a loss of 0 on targets of 0, and a learning rate of 1.
inline Sequential one_weight_model(const MetricList& metrics = {}) {
  Sequential model{layers::Dense(1, {.use_bias = false, .kernel_initializer = "zeros"})};
  model.build({None, 1});
  model.compile(optim::SGD({.learning_rate = 1.0}), "mse", metrics);
  return model;
}

inline double weight_of(Sequential& model) { return model.get_weights()[0].item<double>(); }

/// Calls a callback as fit() does, for epochs that end with those figures; in each, the weight is the epoch's number.
/// Returns how many epochs ran before it stopped the training.
inline std::int64_t run_epochs(Sequential& model, const cornu::Callback& callback, const std::vector<Logs>& epochs,
                               const std::function<void()>& after_each = {}) {
  callback.set_model(model);
  callback.on_train_begin({});
  std::int64_t epoch = 0;
  for (const Logs& logs : epochs) {
    if (model.is_stopped()) break;
    callback.on_epoch_begin(epoch, {});
    model.set_weights({Tensor::full({1, 1}, static_cast<double>(epoch))});
    callback.on_epoch_end(epoch++, logs);
    if (after_each) after_each();
  }
  callback.on_train_end({});
  return epoch;
}

/// The figure "value" after each epoch.
inline std::vector<Logs> epochs_with(const std::vector<double>& values) {
  std::vector<Logs> epochs;
  for (const double value : values) epochs.push_back({{"value", value}});
  return epochs;
}

}  // namespace cornu::testing
