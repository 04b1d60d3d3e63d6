#pragma once
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

#include <cornu/framework/losses.hpp>
#include <cornu/framework/metrics.hpp>
#include <cornu/framework/optimizer.hpp>

namespace cornu {

/// One loss for all outputs, or a list with one for each: `"mse"`, `{"mse", losses::BinaryCrossentropy()}`.
class LossList {
 public:
  LossList() = default;
  template <std::convertible_to<Handle<losses::Loss>> T>
  LossList(T&& loss) : losses_{std::forward<T>(loss)} {}  // NOLINT(google-explicit-constructor)
  LossList(std::initializer_list<Handle<losses::Loss>> losses) : losses_(losses) {}
  LossList(std::vector<Handle<losses::Loss>> losses)
      : losses_(std::move(losses)) {}  // NOLINT(google-explicit-constructor)
  std::size_t size() const { return losses_.size(); }
  const Handle<losses::Loss>& operator[](std::size_t i) const { return losses_.at(i); }

 private:
  std::vector<Handle<losses::Loss>> losses_;
};

/// The metrics of one output: a metric, or a list of them.
class OutputMetrics {
 public:
  template <std::convertible_to<Handle<metrics::Metric>> T>
  OutputMetrics(T&& metric) : metrics_{std::forward<T>(metric)} {}  // NOLINT(google-explicit-constructor)
  OutputMetrics(std::initializer_list<Handle<metrics::Metric>> metrics) : metrics_(metrics) {}
  auto begin() const { return metrics_.begin(); }
  auto end() const { return metrics_.end(); }

 private:
  std::vector<Handle<metrics::Metric>> metrics_;
};

/// The metrics of a model: of its only output, `{"accuracy", "mae"}`, or an item for each output,
/// `{"accuracy", {"mae", "mse"}}`.
class MetricList {
 public:
  MetricList() = default;
  MetricList(std::initializer_list<OutputMetrics> metrics) : metrics_(metrics) {}
  MetricList(const std::vector<Handle<metrics::Metric>>& metrics)  // NOLINT(google-explicit-constructor)
      : metrics_(metrics.begin(), metrics.end()) {}
  std::size_t size() const { return metrics_.size(); }
  auto begin() const { return metrics_.begin(); }
  auto end() const { return metrics_.end(); }
  const OutputMetrics& operator[](std::size_t i) const { return metrics_.at(i); }

 private:
  std::vector<OutputMetrics> metrics_;
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
