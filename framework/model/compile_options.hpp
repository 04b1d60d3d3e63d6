#pragma once
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/model/named_list.hpp>
#include <cornu/framework/optimizer/optimizer.hpp>
#include <cornu/framework/tensor/list.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

extern template class List<double>;
extern template class List<Handle<losses::Loss>>;
extern template struct NamedItem<double>;
extern template struct NamedItem<Handle<losses::Loss>>;
extern template class NamedList<double>;
extern template class NamedList<Handle<losses::Loss>>;

/// One loss for all outputs, or one for each, in their order or by name; nullptr for an output that has none:
///
///     "mse"
///     {"mse", losses::BinaryCrossentropy()}
///     {{"price", "mse"}, {"kind", "sparse_categorical_crossentropy"}, {"attention", nullptr}}
class LossList : public NamedList<Handle<losses::Loss>> {
 public:
  using NamedList::NamedList;
  LossList() = default;
  template <std::convertible_to<Handle<losses::Loss>> T>
  LossList(T&& loss) : NamedList(Handle<losses::Loss>(std::forward<T>(loss))) {}
};

/// The weight of each output's loss in the sum: `{0.5, 1}`, or `{{"price", 0.5}}`, where an output that is not named
/// has 1.
using LossWeights = NamedList<double>;

/// The metrics of one output: a metric, or several in braces; or the output's name, and its metrics in braces.
///
///     "accuracy"      {"mae", metrics::RootMeanSquaredError()}      {"price", {"mae", "mse"}}
///
/// Whether "price" is an output or a metric is found out when the model is known: by compile(). So are metrics' names
/// made metrics there.
class OutputMetrics {
 public:
  OutputMetrics(const char* name);
  OutputMetrics(const std::string& name);
  template <std::convertible_to<Handle<metrics::Metric>> T>
  requires(!std::convertible_to<T, std::string>) OutputMetrics(T&& metric)
      : OutputMetrics(One(), Handle<metrics::Metric>(std::forward<T>(metric))) {}
  OutputMetrics(std::initializer_list<OutputMetrics> metrics);
  OutputMetrics(const std::vector<Handle<metrics::Metric>>& metrics);
  OutputMetrics(const std::vector<OutputMetrics>& metrics);
  OutputMetrics(const OutputMetrics& other);
  OutputMetrics(OutputMetrics&& other) noexcept;
  OutputMetrics& operator=(const OutputMetrics& other);
  OutputMetrics& operator=(OutputMetrics&& other) noexcept;
  ~OutputMetrics();

  bool is_name() const { return kind_ == Kind::name; }
  bool is_list() const { return kind_ == Kind::list; }
  /// Of a metric that was given by name, or of an output; "" otherwise.
  const std::string& name() const { return name_; }
  /// Those of a list.
  const std::vector<OutputMetrics>& items() const { return items_; }
  /// Throws ValueError for the name of no metric.
  Handle<metrics::Metric> metric() const;

 private:
  struct One {};
  enum class Kind { metric, name, list };
  OutputMetrics(One, Handle<metrics::Metric> metric);

  Kind kind_;
  std::string name_;
  Handle<metrics::Metric> metric_;
  std::vector<OutputMetrics> items_;
};

/// The metrics of a model: of its only output, an item for each output, or those of the outputs that are named:
///
///     {"accuracy", "mae"}
///     {"accuracy", {"mae", "mse"}}
///     {{"kind", {"accuracy"}}}
class MetricList {
 public:
  MetricList() = default;
  MetricList(std::initializer_list<OutputMetrics> metrics);
  MetricList(const std::vector<Handle<metrics::Metric>>& metrics);
  MetricList(const std::vector<OutputMetrics>& metrics);
  MetricList(const std::vector<std::string>& names);
  const std::vector<OutputMetrics>& items() const { return items_; }

 private:
  std::vector<OutputMetrics> items_;
};

/// Fields in the order of Keras's compile.
struct CompileOptions {
  Handle<optim::Optimizer> optimizer = "rmsprop";
  LossList loss = {};
  LossWeights loss_weights = {};  ///< of each output in the sum; 1 unless given
  MetricList metrics = {};
  MetricList weighted_metrics = {};  ///< with the sample weights of fit and evaluate
};

}  // namespace cornu
CORNU_EXPORT_END
