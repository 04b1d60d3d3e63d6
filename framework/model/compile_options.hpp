#pragma once
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/optimizer/optimizer.hpp>
#include <cornu/framework/tensor/list.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

extern template class List<Handle<losses::Loss>>;
extern template class List<Handle<metrics::Metric>>;

/// One loss for all outputs, or a list with one for each: `"mse"`, `{"mse", losses::BinaryCrossentropy()}`.
class LossList {
 public:
  LossList() = default;
  template <std::convertible_to<Handle<losses::Loss>> T>
  LossList(T&& loss) : losses_(Handle<losses::Loss>(std::forward<T>(loss))) {}
  LossList(std::initializer_list<Handle<losses::Loss>> losses) : losses_(losses) {}
  LossList(const std::vector<Handle<losses::Loss>>& losses) : losses_(losses) {}
  std::size_t size() const { return losses_.size(); }
  const Handle<losses::Loss>& operator[](std::size_t i) const { return losses_[i]; }

 private:
  List<Handle<losses::Loss>> losses_;
};

/// The metrics of one output: a metric, or a list of them.
class OutputMetrics {
 public:
  template <std::convertible_to<Handle<metrics::Metric>> T>
  OutputMetrics(T&& metric) : metrics_(Handle<metrics::Metric>(std::forward<T>(metric))) {}
  OutputMetrics(std::initializer_list<Handle<metrics::Metric>> metrics) : metrics_(metrics) {}
  OutputMetrics(const std::vector<Handle<metrics::Metric>>& metrics);
  auto begin() const { return metrics_.begin(); }
  auto end() const { return metrics_.end(); }

 private:
  List<Handle<metrics::Metric>> metrics_;
};
extern template class List<OutputMetrics>;

/// The metrics of a model: of its only output, `{"accuracy", "mae"}`, or an item for each output,
/// `{"accuracy", {"mae", "mse"}}`.
class MetricList {
 public:
  MetricList() = default;
  MetricList(std::initializer_list<OutputMetrics> metrics) : metrics_(metrics) {}
  MetricList(const std::vector<Handle<metrics::Metric>>& metrics);
  MetricList(const std::vector<OutputMetrics>& metrics);
  std::size_t size() const { return metrics_.size(); }
  auto begin() const { return metrics_.begin(); }
  auto end() const { return metrics_.end(); }
  const OutputMetrics& operator[](std::size_t i) const { return metrics_[i]; }

 private:
  List<OutputMetrics> metrics_;
};

/// Fields in the order of Keras's compile.
struct CompileOptions {
  Handle<optim::Optimizer> optimizer = "rmsprop";
  LossList loss = {};
  std::vector<double> loss_weights = {};  ///< of each output in the sum; 1 unless given
  MetricList metrics = {};
  MetricList weighted_metrics = {};  ///< with the sample weights of fit and evaluate
};

}  // namespace cornu
CORNU_EXPORT_END
