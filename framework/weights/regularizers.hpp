#pragma once
#include <memory>
#include <string>
#include <string_view>

#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/registry/config.hpp>
#include <cornu/framework/registry/handle.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// Penalties on weights and activities, added to the loss. Where a Handle<Regularizer> is expected, Keras's name does
/// ("l2"), an object of a subclass, or any callable Tensor → scalar Tensor.
///
///     layers::Dense(16, {.kernel_regularizer = regularizers::L2(1e-3)})
///
/// Every factor must be finite and not negative: ValueError.
namespace cornu::regularizers {

/// A penalty: derive from it, or pass a function made of ops.
class Regularizer {
 public:
  using Function = Callable<Tensor(const Tensor&)>;

  virtual ~Regularizer() = default;
  /// A scalar of x's dtype.
  virtual Tensor operator()(const Tensor& x) const = 0;
  /// As Keras's files write it. By itself registered_object(*this), without options; of a function, unnamed_function().
  virtual Config to_config() const;

  static std::shared_ptr<Regularizer> from_function(Function function);
};

/// l1 · Σ|x|. "l1", "L1".
class L1 final : public Regularizer {
 public:
  explicit L1(double l1 = 0.01);
  Tensor operator()(const Tensor& x) const override;
  Config to_config() const override;
  static std::shared_ptr<L1> from_config(const ConfigView& config);

 private:
  double l1_;
};

/// l2 · Σx². "l2", "L2".
class L2 final : public Regularizer {
 public:
  explicit L2(double l2 = 0.01);
  Tensor operator()(const Tensor& x) const override;
  Config to_config() const override;
  static std::shared_ptr<L2> from_config(const ConfigView& config);

 private:
  double l2_;
};

struct L1L2Options {
  double l1 = 0;
  double l2 = 0;
};

/// l1 · Σ|x| + l2 · Σx². "l1_l2", "l1l2" and "L1L2" mean 0.01 for both.
class L1L2 final : public Regularizer {
 public:
  explicit L1L2(L1L2Options options = {});
  Tensor operator()(const Tensor& x) const override;
  Config to_config() const override;
  static std::shared_ptr<L1L2> from_config(const ConfigView& config);

 private:
  L1L2Options options_;
};

struct OrthogonalRegularizerOptions {
  double factor = 0.01;
  std::string mode = "rows";  ///< or "columns"
};

/// factor · the mean of |cos| between two different rows (columns) of a matrix; 0 when there is only one. Throws
/// ShapeError unless the rank is 2, ValueError for another mode. "orthogonal_regularizer", "OrthogonalRegularizer".
class OrthogonalRegularizer final : public Regularizer {
 public:
  explicit OrthogonalRegularizer(OrthogonalRegularizerOptions options = {});
  Tensor operator()(const Tensor& x) const override;
  Config to_config() const override;
  static std::shared_ptr<OrthogonalRegularizer> from_config(const ConfigView& config);

 private:
  OrthogonalRegularizerOptions options_;
};

}  // namespace cornu::regularizers

namespace cornu {
/// Keras's names, listed at each class above. Throws ValueError, with the names there are, for another.
template <>
std::shared_ptr<regularizers::Regularizer> from_name<regularizers::Regularizer>(std::string_view name);
/// See from_config in registry/handle.hpp.
template <>
std::shared_ptr<regularizers::Regularizer> from_config<regularizers::Regularizer>(const ConfigView& object);
extern template class Handle<regularizers::Regularizer>;
}  // namespace cornu
CORNU_EXPORT_END
