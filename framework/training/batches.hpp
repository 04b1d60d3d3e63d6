#pragma once
// Internal: cutting data sets into batches.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/model/class_weights.hpp>
#include <cornu/framework/model/model_data.hpp>
#include <cornu/framework/tensor/list.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::detail {

/// Samples with their targets and, if there are any, weights: one tensor each an input, output and output.
struct Samples {
  Tensors x, y, weight;  // weights may hold nothing
  std::int64_t count() const { return x.front().dim(0); }
  Tensor weight_of(std::size_t output) const { return weight.empty() ? Tensor() : weight[output]; }
};

/// Rows first … last-1 of a tensor along axis 0, and the rows order[first … last-1].
Tensor rows(const Tensor& x, std::int64_t first, std::int64_t last);
Tensor rows(const Tensor& x, const std::vector<std::int64_t>& order, std::int64_t first, std::int64_t last);

/// Samples first … last-1.
Samples cut(const Samples& samples, std::int64_t first, std::int64_t last);

/// Walks over samples batch by batch, in the order given (their own if it is empty).
class Batches {
 public:
  Batches(Samples samples, std::int64_t batch_size) : samples_(std::move(samples)), batch_size_(batch_size) {}
  std::int64_t count() const { return (samples_.count() + batch_size_ - 1) / batch_size_; }
  void shuffle();
  Samples batch(std::int64_t index) const;

 private:
  Samples samples_;
  std::int64_t batch_size_;
  std::vector<std::int64_t> order_;
};

/// How many batches a pass goes over: all, or `limit` where there are more.
std::int64_t steps_of(const Batches& batches, std::optional<std::int64_t> limit);

/// Weights of the samples for each of the targets y, whose outputs have these names: those given, one for all or one
/// each, times the weight of each sample's class; nothing when both are missing. Throws ValueError for class weights of
/// several targets without their names, for names that there are not, for labels that are not classes and for weights
/// that are not finite, ShapeError for weights of another number than y's samples.
Tensors combined_weights(const char* where, const Tensors& y, const ModelData& sample_weight,
                         const ClassWeights& class_weight, const std::vector<std::string>& names);

}  // namespace cornu::detail
