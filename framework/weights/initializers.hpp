#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/registry/config.hpp>
#include <cornu/framework/registry/handle.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// First values of weights. Where a Handle<Initializer> is expected, Keras's name does ("glorot_uniform",
/// "GlorotUniform"), an object of a subclass, or any callable (const Shape&, DType) → Tensor.
///
///     layers::Dense(16, {.kernel_initializer = initializers::RandomNormal({.stddev = 0.01, .seed = 7})})
///
/// The random ones make float32 or float64 and throw ValueError for another dtype. With a `seed`, equal calls give
/// equal numbers; without, they follow from random::set_seed and the order of the calls.
namespace cornu::initializers {

/// Makes a weight's first value. Derive from it, or pass a function.
class Initializer {
 public:
  using Function = Callable<Tensor(const Shape&, DType)>;

  virtual ~Initializer() = default;
  /// A tensor of that shape and dtype.
  virtual Tensor operator()(const Shape& shape, DType dtype) const = 0;
  /// As Keras's files write it. By itself registered_object(*this), without options; of a function, unnamed_function().
  virtual Config to_config() const;

  /// An initializer that calls `function`. Throws ShapeError or ValueError, when it is used, for a result of another
  /// shape or dtype than asked.
  static std::shared_ptr<Initializer> from_function(Function function);
};

/// 0 everywhere. "zeros", "zero", "Zeros".
class Zeros final : public Initializer {
 public:
  Tensor operator()(const Shape& shape, DType dtype) const override;
  Config to_config() const override;
};

/// 1 everywhere. "ones", "one", "Ones".
class Ones final : public Initializer {
 public:
  Tensor operator()(const Shape& shape, DType dtype) const override;
  Config to_config() const override;
};

/// One value everywhere. "constant", "Constant".
class Constant final : public Initializer {
 public:
  explicit Constant(double value = 0) : value_(value) {}
  Tensor operator()(const Shape& shape, DType dtype) const override;
  Config to_config() const override;
  static std::shared_ptr<Constant> from_config(const ConfigView& config);

 private:
  double value_;
};

/// `gain` on the diagonal and 0 elsewhere; the matrix need not be square. Throws ShapeError unless the rank is 2.
/// "identity", "Identity", "IdentityInitializer".
class Identity final : public Initializer {
 public:
  explicit Identity(double gain = 1) : gain_(gain) {}
  Tensor operator()(const Shape& shape, DType dtype) const override;
  Config to_config() const override;
  static std::shared_ptr<Identity> from_config(const ConfigView& config);

 private:
  double gain_;
};

struct NormalOptions {
  double mean = 0;
  double stddev = 0.05;
  std::optional<std::uint64_t> seed = {};
};

/// Normally distributed. "random_normal", "RandomNormal", "normal". Throws ValueError for a negative stddev.
class RandomNormal final : public Initializer {
 public:
  explicit RandomNormal(NormalOptions options = {});
  Tensor operator()(const Shape& shape, DType dtype) const override;
  Config to_config() const override;
  static std::shared_ptr<RandomNormal> from_config(const ConfigView& config);

 private:
  NormalOptions options_;
};

/// Normally distributed, drawn again beyond mean ± 2 stddev. "truncated_normal", "TruncatedNormal". Throws ValueError
/// for a negative stddev.
class TruncatedNormal final : public Initializer {
 public:
  explicit TruncatedNormal(NormalOptions options = {});
  Tensor operator()(const Shape& shape, DType dtype) const override;
  Config to_config() const override;
  static std::shared_ptr<TruncatedNormal> from_config(const ConfigView& config);

 private:
  NormalOptions options_;
};

struct UniformOptions {
  double minval = -0.05;
  double maxval = 0.05;
  std::optional<std::uint64_t> seed = {};
};

/// Uniform in [minval, maxval). "random_uniform", "RandomUniform", "uniform". Throws ValueError when minval > maxval.
class RandomUniform final : public Initializer {
 public:
  explicit RandomUniform(UniformOptions options = {});
  Tensor operator()(const Shape& shape, DType dtype) const override;
  Config to_config() const override;
  static std::shared_ptr<RandomUniform> from_config(const ConfigView& config);

 private:
  UniformOptions options_;
};

/// How many inputs and outputs one output and one input of a weight are connected with: (n,) is n and n, (in, out) is
/// in and out, a convolution kernel (…, in, out) has both times the product of the rest; or the products of the axes
/// named, when both kinds are.
struct Fans {
  double in = 1;
  double out = 1;
};
Fans compute_fans(const Shape& shape, const std::vector<std::int64_t>& input_axes = {},
                  const std::vector<std::int64_t>& output_axes = {});

struct VarianceScalingOptions {
  double scale = 1;                               ///< > 0
  std::string mode = "fan_in";                    ///< n is "fan_in", "fan_out" or "fan_avg", their mean
  std::string distribution = "truncated_normal";  ///< or "normal" (the same), "untruncated_normal", "uniform"
  std::optional<std::uint64_t> seed = {};
  std::vector<std::int64_t> input_axes = {};   ///< axes that make the fan in; used only with output_axes
  std::vector<std::int64_t> output_axes = {};  ///< axes that make the fan out
};

/// Variance scale / n, with n ≥ 1 from the fans: uniform in ±√(3·scale/n), or normal with stddev √(scale/n), divided by
/// 0.87962566103423978 when truncated at two stddev, so that the variance stays. "variance_scaling",
/// "VarianceScaling". Throws ValueError for a scale ≤ 0, an unknown mode or distribution.
class VarianceScaling : public Initializer {
 public:
  explicit VarianceScaling(VarianceScalingOptions options = {});
  const VarianceScalingOptions& options() const { return options_; }
  Tensor operator()(const Shape& shape, DType dtype) const override;
  Config to_config() const override;
  static std::shared_ptr<VarianceScaling> from_config(const ConfigView& config);

 protected:
  Config fan_config(const char* class_name) const;  ///< of a class whose scale, mode and distribution are fixed

 private:
  VarianceScalingOptions options_;
};

struct FanOptions {
  std::optional<std::uint64_t> seed = {};
  std::vector<std::int64_t> input_axes = {};
  std::vector<std::int64_t> output_axes = {};
};

/// VarianceScaling 1, "fan_avg", uniform: Glorot and Bengio, "Understanding the difficulty of training deep feedforward
/// neural networks", AISTATS 2010. "glorot_uniform", "GlorotUniform".
class GlorotUniform final : public VarianceScaling {
 public:
  explicit GlorotUniform(FanOptions options = {});
  Config to_config() const override;
  static std::shared_ptr<GlorotUniform> from_config(const ConfigView& config);
};

/// VarianceScaling 1, "fan_avg", truncated normal. "glorot_normal", "GlorotNormal".
class GlorotNormal final : public VarianceScaling {
 public:
  explicit GlorotNormal(FanOptions options = {});
  Config to_config() const override;
  static std::shared_ptr<GlorotNormal> from_config(const ConfigView& config);
};

/// VarianceScaling 2, "fan_in", uniform: He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015. "he_uniform",
/// "HeUniform".
class HeUniform final : public VarianceScaling {
 public:
  explicit HeUniform(FanOptions options = {});
  Config to_config() const override;
  static std::shared_ptr<HeUniform> from_config(const ConfigView& config);
};

/// VarianceScaling 2, "fan_in", truncated normal. "he_normal", "HeNormal".
class HeNormal final : public VarianceScaling {
 public:
  explicit HeNormal(FanOptions options = {});
  Config to_config() const override;
  static std::shared_ptr<HeNormal> from_config(const ConfigView& config);
};

/// VarianceScaling 1, "fan_in", uniform: LeCun, Bottou, Orr, Müller, "Efficient BackProp", 1998. "lecun_uniform",
/// "LecunUniform".
class LecunUniform final : public VarianceScaling {
 public:
  explicit LecunUniform(FanOptions options = {});
  Config to_config() const override;
  static std::shared_ptr<LecunUniform> from_config(const ConfigView& config);
};

/// VarianceScaling 1, "fan_in", truncated normal. "lecun_normal", "LecunNormal".
class LecunNormal final : public VarianceScaling {
 public:
  explicit LecunNormal(FanOptions options = {});
  Config to_config() const override;
  static std::shared_ptr<LecunNormal> from_config(const ConfigView& config);
};

struct OrthogonalOptions {
  double gain = 1;
  std::optional<std::uint64_t> seed = {};
};

/// gain · Q, uniform among the matrices with orthonormal columns (rows, where there are fewer of them); a tensor of a
/// higher rank counts as the matrix of its last axis by all others. Saxe, McClelland, Ganguli, "Exact solutions to the
/// nonlinear dynamics of learning in deep linear neural networks", ICLR 2014. "orthogonal", "Orthogonal",
/// "OrthogonalInitializer". Throws ShapeError below rank 2.
class Orthogonal final : public Initializer {
 public:
  explicit Orthogonal(OrthogonalOptions options = {});
  Tensor operator()(const Shape& shape, DType dtype) const override;
  Config to_config() const override;
  static std::shared_ptr<Orthogonal> from_config(const ConfigView& config);

 private:
  OrthogonalOptions options_;
};

}  // namespace cornu::initializers

namespace cornu {
/// Keras's names, listed at each class above. Throws ValueError, with the names there are, for another.
template <>
std::shared_ptr<initializers::Initializer> from_name<initializers::Initializer>(std::string_view name);
/// See from_config in registry/handle.hpp.
template <>
std::shared_ptr<initializers::Initializer> from_config<initializers::Initializer>(const ConfigView& object);
extern template class Handle<initializers::Initializer>;
}  // namespace cornu
CORNU_EXPORT_END
