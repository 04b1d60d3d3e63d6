#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/named_only.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/ops/convolution.hpp>
#include <cornu/layers/reshaping/factors.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// What the layers below are told besides the size of their windows; N is the number of axes.
template <std::size_t N>
struct PoolingOptions {
  OptionalFactors<N> strides = {};            ///< pool_size unless given
  std::string padding = "valid";              ///< or "same"
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, channels, …)
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// The same, and the size, which has a default for the largest: `MaxPooling2D({.strides = 1})`.
template <std::size_t N>
struct MaxPoolingOptions {
  cornu::detail::NamedOnly named_only = cornu::detail::NamedOnly();
  Factors<N> pool_size = 2;
  OptionalFactors<N> strides = {};            ///< pool_size unless given
  std::string padding = "valid";              ///< or "same"
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, channels, …)
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// What they share: (batch, axes, channels) → (batch, windows, channels), each channel by itself; ops::max_pool says
/// where windows lie. A mask ends here in Keras, so the layer takes none.
///
/// The constructor throws ValueError for sizes and strides below 1 and for words that are none of those above. A call
/// throws ShapeError for another rank and for an input that is smaller than a window of "valid".
template <std::size_t N>
class BasePooling : public LayerBase {
 public:
  Tensor call(const Tensor& input) override;
  Config get_config() const override;

 protected:
  using Pool = Tensor (*)(const Tensor&, const ops::PerAxis&, const ops::PoolOptions&);
  BasePooling(std::string_view layer, Pool pool, Factors<N> pool_size, PoolingOptions<N> options);

 private:
  std::string_view layer_;
  Pool pool_;
  Factors<N> pool_size_;
  PoolingOptions<N> options_;
};
extern template class BasePooling<1>;
extern template class BasePooling<2>;
extern template class BasePooling<3>;

/// The largest element of each window; NaN wins, as in Keras on JAX. Integers stay integers.
///
///     layers::MaxPooling1D()     layers::MaxPooling1D(3, {.strides = 2, .padding = "same"})
///     layers::MaxPooling2D({.strides = 1})     layers::MaxPooling2D({2, 3})
class MaxPooling1D final : public Layer<MaxPooling1D, BasePooling<1>> {
 public:
  explicit MaxPooling1D(Factors<1> pool_size = 2, PoolingOptions<1> options = {});
  explicit MaxPooling1D(MaxPoolingOptions<1> options);
  static std::shared_ptr<MaxPooling1D> from_config(const ConfigView& config);
};
class MaxPooling2D final : public Layer<MaxPooling2D, BasePooling<2>> {
 public:
  explicit MaxPooling2D(Factors<2> pool_size = 2, PoolingOptions<2> options = {});
  explicit MaxPooling2D(MaxPoolingOptions<2> options);
  static std::shared_ptr<MaxPooling2D> from_config(const ConfigView& config);
};
class MaxPooling3D final : public Layer<MaxPooling3D, BasePooling<3>> {
 public:
  explicit MaxPooling3D(Factors<3> pool_size = 2, PoolingOptions<3> options = {});
  explicit MaxPooling3D(MaxPoolingOptions<3> options);
  static std::shared_ptr<MaxPooling3D> from_config(const ConfigView& config);
};

/// The mean of each window's elements; those that "same" adds outside of the input do not count. Integers become the
/// layer's dtype. The size of windows has no default, as in Keras.
///
///     layers::AveragePooling2D({2, 3})
class AveragePooling1D final : public Layer<AveragePooling1D, BasePooling<1>> {
 public:
  explicit AveragePooling1D(Factors<1> pool_size, PoolingOptions<1> options = {});
  static std::shared_ptr<AveragePooling1D> from_config(const ConfigView& config);
};
class AveragePooling2D final : public Layer<AveragePooling2D, BasePooling<2>> {
 public:
  explicit AveragePooling2D(Factors<2> pool_size, PoolingOptions<2> options = {});
  static std::shared_ptr<AveragePooling2D> from_config(const ConfigView& config);
};
class AveragePooling3D final : public Layer<AveragePooling3D, BasePooling<3>> {
 public:
  explicit AveragePooling3D(Factors<3> pool_size, PoolingOptions<3> options = {});
  static std::shared_ptr<AveragePooling3D> from_config(const ConfigView& config);
};

/// Keras's other names for them.
using MaxPool1D = MaxPooling1D;
using MaxPool2D = MaxPooling2D;
using MaxPool3D = MaxPooling3D;
using AvgPool1D = AveragePooling1D;
using AvgPool2D = AveragePooling2D;
using AvgPool3D = AveragePooling3D;

}  // namespace cornu::layers
CORNU_EXPORT_END
