#pragma once
#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/optimizer/optimizer.hpp>
#include <cornu/framework/registry/names.hpp>
#include <cornu/framework/rule/learning_rate.hpp>
#include <cornu/framework/weights/constraints.hpp>
#include <cornu/framework/weights/initializers.hpp>
#include <cornu/framework/weights/regularizers.hpp>

namespace cornu::detail {

/// The names of the classes that files can name, by kind: each is made beside its table.
template <>
std::vector<std::string_view> class_names<LayerBase>();
template <>
std::vector<std::string_view> class_names<losses::Loss>();
template <>
std::vector<std::string_view> class_names<metrics::Metric>();
template <>
std::vector<std::string_view> class_names<optim::Optimizer>();
template <>
std::vector<std::string_view> class_names<optim::LearningRateSchedule>();
template <>
std::vector<std::string_view> class_names<initializers::Initializer>();
template <>
std::vector<std::string_view> class_names<regularizers::Regularizer>();
template <>
std::vector<std::string_view> class_names<constraints::Constraint>();

}  // namespace cornu::detail
