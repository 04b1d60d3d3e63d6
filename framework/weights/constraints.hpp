#pragma once
#include <memory>
#include <string_view>

#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/config.hpp>
#include <cornu/framework/registry/handle.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// What an optimizer does to a weight after each update. Where a Handle<Constraint> is expected, Keras's name does
/// ("max_norm"), an object of a subclass, or any callable Tensor → Tensor.
///
///     layers::Dense(16, {.kernel_constraint = constraints::MaxNorm(3)})
///
/// Norms are Euclidean, over the axes given: axis 0 of a Dense kernel (inputs, units) holds the weights of one unit, of
/// an embedding (words, features) one feature of all words, and axis 1 of it one word. In the formulas n is the norm
/// and ε = 1e-7.
namespace cornu::constraints {

/// Maps a weight to an allowed one of the same shape and dtype. Derive from it, or pass a function.
class Constraint {
 public:
  using Function = Callable<Tensor(const Tensor&)>;

  virtual ~Constraint() = default;
  virtual Tensor operator()(const Tensor& w) const = 0;
  /// Whether it maps each row of a table by itself, and leaves one that it has mapped as it is: then rows that an
  /// update did not touch need not be visited again.
  virtual bool keeps_allowed_rows() const { return false; }
  /// As Keras's files write it. By itself registered_object(*this), without options; of a function, unnamed_function().
  virtual Config to_config() const;

  static std::shared_ptr<Constraint> from_function(Function function);
};

/// max(w, 0). "non_neg", "NonNeg".
class NonNeg final : public Constraint {
 public:
  Tensor operator()(const Tensor& w) const override;
  bool keeps_allowed_rows() const override { return true; }
  Config to_config() const override;
};

/// w / (ε + n). "unit_norm", "UnitNorm".
class UnitNorm final : public Constraint {
 public:
  explicit UnitNorm(ops::Axes axis = 0) : axis_(axis) {}
  Tensor operator()(const Tensor& w) const override;
  Config to_config() const override;
  static std::shared_ptr<UnitNorm> from_config(const ConfigView& config);

 private:
  ops::Axes axis_;
};

/// w · min(n, max_value) / (ε + n). "max_norm", "MaxNorm". Throws ValueError unless 0 ≤ max_value.
class MaxNorm final : public Constraint {
 public:
  explicit MaxNorm(double max_value = 2, ops::Axes axis = 0);
  Tensor operator()(const Tensor& w) const override;
  Config to_config() const override;
  static std::shared_ptr<MaxNorm> from_config(const ConfigView& config);

 private:
  double max_value_;
  ops::Axes axis_;
};

struct MinMaxNormOptions {
  double min_value = 0;
  double max_value = 1;
  double rate = 1;  ///< 1 enforces the bounds at once, less moves towards them at each update
  ops::Axes axis = 0;
};

/// w · (rate · clip(n, min_value, max_value) + (1 − rate) · n) / (ε + n). "min_max_norm", "MinMaxNorm". Throws
/// ValueError unless 0 ≤ min_value ≤ max_value.
class MinMaxNorm final : public Constraint {
 public:
  explicit MinMaxNorm(MinMaxNormOptions options = {});
  Tensor operator()(const Tensor& w) const override;
  Config to_config() const override;
  static std::shared_ptr<MinMaxNorm> from_config(const ConfigView& config);

 private:
  MinMaxNormOptions options_;
};

}  // namespace cornu::constraints

namespace cornu {
/// Keras's names, listed at each class above. Throws ValueError, with the names there are, for another.
template <>
std::shared_ptr<constraints::Constraint> from_name<constraints::Constraint>(std::string_view name);
/// See from_config in registry/handle.hpp.
template <>
std::shared_ptr<constraints::Constraint> from_config<constraints::Constraint>(const ConfigView& object);
extern template class Handle<constraints::Constraint>;
}  // namespace cornu
CORNU_EXPORT_END
