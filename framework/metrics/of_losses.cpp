#include <cornu/framework/metrics/of_losses.hpp>

#include <cmath>
#include <utility>

#include <cornu/framework/losses/classification.hpp>
#include <cornu/framework/losses/hinge.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/losses/probabilistic.hpp>
#include <cornu/framework/losses/regression.hpp>
#include <cornu/framework/metrics/object.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::metrics {

MeanSquaredError::MeanSquaredError(cornu::detail::NoOptions) : MeanSquaredError() {}
MeanSquaredError::MeanSquaredError(MeanSquaredErrorOptions options)
    : MeanMetricWrapper(losses::mean_squared_error, std::move(options.name), false) {}

RootMeanSquaredError::RootMeanSquaredError(cornu::detail::NoOptions) : RootMeanSquaredError() {}
RootMeanSquaredError::RootMeanSquaredError(RootMeanSquaredErrorOptions options)
    : MeanMetricWrapper(
          [](const Tensor& y_true, const Tensor& y_pred) {
            const auto [t, p] = losses::aligned("root_mean_squared_error", y_true, y_pred);
            return ops::squared_difference(t, p);
          },
          std::move(options.name), false) {}
double RootMeanSquaredError::result() const { return std::sqrt(MeanMetricWrapper::result()); }

MeanAbsoluteError::MeanAbsoluteError(cornu::detail::NoOptions) : MeanAbsoluteError() {}
MeanAbsoluteError::MeanAbsoluteError(MeanAbsoluteErrorOptions options)
    : MeanMetricWrapper(losses::mean_absolute_error, std::move(options.name), false) {}

MeanAbsolutePercentageError::MeanAbsolutePercentageError(cornu::detail::NoOptions) : MeanAbsolutePercentageError() {}
MeanAbsolutePercentageError::MeanAbsolutePercentageError(MeanAbsolutePercentageErrorOptions options)
    : MeanMetricWrapper(losses::mean_absolute_percentage_error, std::move(options.name), false) {}

MeanSquaredLogarithmicError::MeanSquaredLogarithmicError(cornu::detail::NoOptions) : MeanSquaredLogarithmicError() {}
MeanSquaredLogarithmicError::MeanSquaredLogarithmicError(MeanSquaredLogarithmicErrorOptions options)
    : MeanMetricWrapper(losses::mean_squared_logarithmic_error, std::move(options.name), false) {}

CosineSimilarity::CosineSimilarity(cornu::detail::NoOptions) : CosineSimilarity() {}
CosineSimilarity::CosineSimilarity(CosineSimilarityOptions options)
    : MeanMetricWrapper(
          [axis = options.axis](const Tensor& y_true, const Tensor& y_pred) {
            return -losses::cosine_similarity(y_true, y_pred, axis);
          },
          options.name, false),
      options_(options) {}

LogCoshError::LogCoshError(cornu::detail::NoOptions) : LogCoshError() {}
LogCoshError::LogCoshError(LogCoshErrorOptions options)
    : MeanMetricWrapper(losses::log_cosh, std::move(options.name), false) {}

Hinge::Hinge(cornu::detail::NoOptions) : Hinge() {}
Hinge::Hinge(HingeOptions options) : MeanMetricWrapper(losses::hinge, std::move(options.name), false) {}

SquaredHinge::SquaredHinge(cornu::detail::NoOptions) : SquaredHinge() {}
SquaredHinge::SquaredHinge(SquaredHingeOptions options)
    : MeanMetricWrapper(losses::squared_hinge, std::move(options.name), false) {}

CategoricalHinge::CategoricalHinge(cornu::detail::NoOptions) : CategoricalHinge() {}
CategoricalHinge::CategoricalHinge(CategoricalHingeOptions options)
    : MeanMetricWrapper(losses::categorical_hinge, std::move(options.name), false) {}

KLDivergence::KLDivergence(cornu::detail::NoOptions) : KLDivergence() {}
KLDivergence::KLDivergence(KLDivergenceOptions options)
    : MeanMetricWrapper(losses::kl_divergence, std::move(options.name), false) {}

Poisson::Poisson(cornu::detail::NoOptions) : Poisson() {}
Poisson::Poisson(PoissonOptions options) : MeanMetricWrapper(losses::poisson, std::move(options.name), false) {}

BinaryCrossentropy::BinaryCrossentropy(cornu::detail::NoOptions) : BinaryCrossentropy() {}
BinaryCrossentropy::BinaryCrossentropy(BinaryCrossentropyOptions options)
    : MeanMetricWrapper(
          [options](const Tensor& y_true, const Tensor& y_pred) {
            return losses::binary_crossentropy(y_true, y_pred, options.from_logits, options.label_smoothing);
          },
          options.name, false),
      options_(options) {}

CategoricalCrossentropy::CategoricalCrossentropy(cornu::detail::NoOptions) : CategoricalCrossentropy() {}
CategoricalCrossentropy::CategoricalCrossentropy(CategoricalCrossentropyOptions options)
    : MeanMetricWrapper(
          [options](const Tensor& y_true, const Tensor& y_pred) {
            return losses::categorical_crossentropy(y_true, y_pred, options.from_logits, options.label_smoothing,
                                                    options.axis);
          },
          options.name, false),
      options_(options) {}

SparseCategoricalCrossentropy::SparseCategoricalCrossentropy(cornu::detail::NoOptions)
    : SparseCategoricalCrossentropy() {}
SparseCategoricalCrossentropy::SparseCategoricalCrossentropy(SparseCategoricalCrossentropyOptions options)
    : MeanMetricWrapper(
          [options](const Tensor& y_true, const Tensor& y_pred) {
            return losses::sparse_categorical_crossentropy(y_true, y_pred, options.from_logits, options.ignore_class,
                                                           options.axis);
          },
          options.name, false),
      options_(options) {}

namespace {

// Keras forgets it when it writes, and takes one when it reads.
constexpr auto cosine_options = [](auto& option, auto& options) { option.unless_usual("axis", options.axis, -1); };
// Keras's keys, in its order
constexpr auto binary_options = [](auto& option, auto& options) {
  option("from_logits", options.from_logits);
  option("label_smoothing", options.label_smoothing);
};
constexpr auto categorical_options = [](auto& option, auto& options) {
  option("from_logits", options.from_logits);
  option("label_smoothing", options.label_smoothing);
  option("axis", options.axis);
};
constexpr auto sparse_options = [](auto& option, auto& options) {
  option("from_logits", options.from_logits);
  option("ignore_class", options.ignore_class);
  option("axis", options.axis);
};

}  // namespace

Config MeanSquaredError::to_config() const { return metric_object(*this, "MeanSquaredError", no_option); }
std::shared_ptr<MeanSquaredError> MeanSquaredError::from_config(const ConfigView& config) {
  return metric_from<MeanSquaredError, MeanSquaredErrorOptions>(config, no_option);
}

Config RootMeanSquaredError::to_config() const { return metric_object(*this, "RootMeanSquaredError", no_option); }
std::shared_ptr<RootMeanSquaredError> RootMeanSquaredError::from_config(const ConfigView& config) {
  return metric_from<RootMeanSquaredError, RootMeanSquaredErrorOptions>(config, no_option);
}

Config MeanAbsoluteError::to_config() const { return metric_object(*this, "MeanAbsoluteError", no_option); }
std::shared_ptr<MeanAbsoluteError> MeanAbsoluteError::from_config(const ConfigView& config) {
  return metric_from<MeanAbsoluteError, MeanAbsoluteErrorOptions>(config, no_option);
}

Config MeanAbsolutePercentageError::to_config() const {
  return metric_object(*this, "MeanAbsolutePercentageError", no_option);
}
std::shared_ptr<MeanAbsolutePercentageError> MeanAbsolutePercentageError::from_config(const ConfigView& config) {
  return metric_from<MeanAbsolutePercentageError, MeanAbsolutePercentageErrorOptions>(config, no_option);
}

Config MeanSquaredLogarithmicError::to_config() const {
  return metric_object(*this, "MeanSquaredLogarithmicError", no_option);
}
std::shared_ptr<MeanSquaredLogarithmicError> MeanSquaredLogarithmicError::from_config(const ConfigView& config) {
  return metric_from<MeanSquaredLogarithmicError, MeanSquaredLogarithmicErrorOptions>(config, no_option);
}

Config CosineSimilarity::to_config() const {
  return metric_object(*this, "CosineSimilarity", cosine_options, options_);
}
std::shared_ptr<CosineSimilarity> CosineSimilarity::from_config(const ConfigView& config) {
  return metric_from<CosineSimilarity, CosineSimilarityOptions>(config, cosine_options);
}

Config LogCoshError::to_config() const { return metric_object(*this, "LogCoshError", no_option); }
std::shared_ptr<LogCoshError> LogCoshError::from_config(const ConfigView& config) {
  return metric_from<LogCoshError, LogCoshErrorOptions>(config, no_option);
}

Config Hinge::to_config() const { return metric_object(*this, "Hinge", no_option); }
std::shared_ptr<Hinge> Hinge::from_config(const ConfigView& config) {
  return metric_from<Hinge, HingeOptions>(config, no_option);
}

Config SquaredHinge::to_config() const { return metric_object(*this, "SquaredHinge", no_option); }
std::shared_ptr<SquaredHinge> SquaredHinge::from_config(const ConfigView& config) {
  return metric_from<SquaredHinge, SquaredHingeOptions>(config, no_option);
}

Config CategoricalHinge::to_config() const { return metric_object(*this, "CategoricalHinge", no_option); }
std::shared_ptr<CategoricalHinge> CategoricalHinge::from_config(const ConfigView& config) {
  return metric_from<CategoricalHinge, CategoricalHingeOptions>(config, no_option);
}

Config KLDivergence::to_config() const { return metric_object(*this, "KLDivergence", no_option); }
std::shared_ptr<KLDivergence> KLDivergence::from_config(const ConfigView& config) {
  return metric_from<KLDivergence, KLDivergenceOptions>(config, no_option);
}

Config Poisson::to_config() const { return metric_object(*this, "Poisson", no_option); }
std::shared_ptr<Poisson> Poisson::from_config(const ConfigView& config) {
  return metric_from<Poisson, PoissonOptions>(config, no_option);
}

Config BinaryCrossentropy::to_config() const {
  return metric_object(*this, "BinaryCrossentropy", binary_options, options_);
}
std::shared_ptr<BinaryCrossentropy> BinaryCrossentropy::from_config(const ConfigView& config) {
  return metric_from<BinaryCrossentropy, BinaryCrossentropyOptions>(config, binary_options);
}

Config CategoricalCrossentropy::to_config() const {
  return metric_object(*this, "CategoricalCrossentropy", categorical_options, options_);
}
std::shared_ptr<CategoricalCrossentropy> CategoricalCrossentropy::from_config(const ConfigView& config) {
  return metric_from<CategoricalCrossentropy, CategoricalCrossentropyOptions>(config, categorical_options);
}

Config SparseCategoricalCrossentropy::to_config() const {
  return metric_object(*this, "SparseCategoricalCrossentropy", sparse_options, options_);
}
std::shared_ptr<SparseCategoricalCrossentropy> SparseCategoricalCrossentropy::from_config(const ConfigView& config) {
  return metric_from<SparseCategoricalCrossentropy, SparseCategoricalCrossentropyOptions>(config, sparse_options);
}

}  // namespace cornu::metrics
