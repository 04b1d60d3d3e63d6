#include <cornu/framework/metrics/of_losses.hpp>

#include <cmath>
#include <utility>

#include <cornu/framework/losses/classification.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/losses/regression.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::metrics {

MeanSquaredError::MeanSquaredError(MeanSquaredErrorOptions options)
    : MeanMetricWrapper(losses::mean_squared_error, std::move(options.name)) {}

RootMeanSquaredError::RootMeanSquaredError(RootMeanSquaredErrorOptions options)
    : MeanMetricWrapper(
          [](const Tensor& y_true, const Tensor& y_pred) {
            const auto [t, p] = losses::squeeze_or_expand_to_same_rank(ops::cast(y_true, y_pred.dtype()), y_pred);
            return ops::squared_difference(t, p);
          },
          std::move(options.name)) {}
double RootMeanSquaredError::result() const { return std::sqrt(MeanMetricWrapper::result()); }

MeanAbsoluteError::MeanAbsoluteError(MeanAbsoluteErrorOptions options)
    : MeanMetricWrapper(losses::mean_absolute_error, std::move(options.name)) {}

BinaryCrossentropy::BinaryCrossentropy(BinaryCrossentropyOptions options)
    : MeanMetricWrapper(
          [options](const Tensor& y_true, const Tensor& y_pred) {
            return losses::binary_crossentropy(y_true, y_pred, options.from_logits, options.label_smoothing);
          },
          options.name) {}

CategoricalCrossentropy::CategoricalCrossentropy(CategoricalCrossentropyOptions options)
    : MeanMetricWrapper(
          [options](const Tensor& y_true, const Tensor& y_pred) {
            return losses::categorical_crossentropy(y_true, y_pred, options.from_logits, options.label_smoothing,
                                                    options.axis);
          },
          options.name) {}

SparseCategoricalCrossentropy::SparseCategoricalCrossentropy(SparseCategoricalCrossentropyOptions options)
    : MeanMetricWrapper(
          [options](const Tensor& y_true, const Tensor& y_pred) {
            return losses::sparse_categorical_crossentropy(y_true, y_pred, options.from_logits, options.ignore_class,
                                                           options.axis);
          },
          options.name) {}

}  // namespace cornu::metrics
