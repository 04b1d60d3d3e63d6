#include <cornu/layers/pooling/pooling.hpp>

#include <cornu/layers/convolutional/window_options.hpp>
#include <cornu/layers/data_format.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

template <std::size_t N>
BasePooling<N>::BasePooling(std::string_view layer, Pool pool, Factors<N> pool_size, PoolingOptions<N> options)
    : LayerBase(layer_options(options)),
      layer_(layer),
      pool_(pool),
      pool_size_(pool_size),
      options_(std::move(options)) {
  if (!options_.strides) options_.strides = OptionalFactors<N>(pool_size_);
  require_positive(layer_, "pool_size", pool_size_);
  require_positive(layer_, "strides", *options_.strides);
  options_.padding = padding_word(layer_, options_.padding);
  is_channels_first(layer_, options_.data_format);
}

template <std::size_t N>
Tensor BasePooling<N>::call(const Tensor& input) {
  require_channels(layer_, input.shape(), N, options_.data_format, None);
  const Tensor x = pool_ == ops::max_pool ? input : as_floating(input, dtype());
  return pool_(x, ops::PerAxis(pool_size_), {ops::PerAxis(*options_.strides), options_.padding, options_.data_format});
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& pool_size, auto& options) {
  option.required("pool_size", pool_size);
  option("padding", options.padding);
  option("strides", options.strides);
  option("data_format", options.data_format);
};

template <class L, std::size_t N>
std::shared_ptr<L> read(const ConfigView& config) {
  return from_options<L, PoolingOptions<N>, Factors<N>>(config, each_option);
}

}  // namespace

template <std::size_t N>
Config BasePooling<N>::get_config() const {
  return write_options(LayerBase::get_config(), each_option, pool_size_, options_);
}

namespace {

template <std::size_t N>
PoolingOptions<N> without_size(MaxPoolingOptions<N>&& options) {
  return {options.strides,
          std::move(options.padding),
          std::move(options.data_format),
          std::move(options.activity_regularizer),
          options.trainable,
          options.dtype,
          std::move(options.name)};
}

}  // namespace

template class BasePooling<1>;
template class BasePooling<2>;
template class BasePooling<3>;

MaxPooling1D::MaxPooling1D(Factors<1> pool_size, PoolingOptions<1> options)
    : Layer("MaxPooling1D", ops::max_pool, pool_size, std::move(options)) {}
MaxPooling1D::MaxPooling1D(MaxPoolingOptions<1> options)
    : MaxPooling1D(options.pool_size, without_size(std::move(options))) {}
std::shared_ptr<MaxPooling1D> MaxPooling1D::from_config(const ConfigView& config) {
  return read<MaxPooling1D, 1>(config);
}

MaxPooling2D::MaxPooling2D(Factors<2> pool_size, PoolingOptions<2> options)
    : Layer("MaxPooling2D", ops::max_pool, pool_size, std::move(options)) {}
MaxPooling2D::MaxPooling2D(MaxPoolingOptions<2> options)
    : MaxPooling2D(options.pool_size, without_size(std::move(options))) {}
std::shared_ptr<MaxPooling2D> MaxPooling2D::from_config(const ConfigView& config) {
  return read<MaxPooling2D, 2>(config);
}

MaxPooling3D::MaxPooling3D(Factors<3> pool_size, PoolingOptions<3> options)
    : Layer("MaxPooling3D", ops::max_pool, pool_size, std::move(options)) {}
MaxPooling3D::MaxPooling3D(MaxPoolingOptions<3> options)
    : MaxPooling3D(options.pool_size, without_size(std::move(options))) {}
std::shared_ptr<MaxPooling3D> MaxPooling3D::from_config(const ConfigView& config) {
  return read<MaxPooling3D, 3>(config);
}

AveragePooling1D::AveragePooling1D(Factors<1> pool_size, PoolingOptions<1> options)
    : Layer("AveragePooling1D", ops::average_pool, pool_size, std::move(options)) {}
std::shared_ptr<AveragePooling1D> AveragePooling1D::from_config(const ConfigView& config) {
  return read<AveragePooling1D, 1>(config);
}

AveragePooling2D::AveragePooling2D(Factors<2> pool_size, PoolingOptions<2> options)
    : Layer("AveragePooling2D", ops::average_pool, pool_size, std::move(options)) {}
std::shared_ptr<AveragePooling2D> AveragePooling2D::from_config(const ConfigView& config) {
  return read<AveragePooling2D, 2>(config);
}

AveragePooling3D::AveragePooling3D(Factors<3> pool_size, PoolingOptions<3> options)
    : Layer("AveragePooling3D", ops::average_pool, pool_size, std::move(options)) {}
std::shared_ptr<AveragePooling3D> AveragePooling3D::from_config(const ConfigView& config) {
  return read<AveragePooling3D, 3>(config);
}

}  // namespace cornu::layers
