#include <cornu/layers/pooling/global_pooling.hpp>

#include <utility>

#include <cornu/layers/convolutional/window_options.hpp>
#include <cornu/layers/data_format.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

BaseGlobalPooling::BaseGlobalPooling(std::string_view layer, Reduce reduce, std::size_t axes,
                                     GlobalPoolingOptions options)
    : LayerBase(layer_options(options)), layer_(layer), reduce_(reduce), axes_(axes), options_(std::move(options)) {
  is_channels_first(layer_, options_.data_format);
}

Tensor BaseGlobalPooling::call(const Tensor& input) {
  require_channels(layer_, input.shape(), axes_, options_.data_format, None);
  const Tensor x = reduce_ == ops::max ? input : as_floating(input, dtype());
  const std::int64_t first = is_channels_first(layer_, options_.data_format) ? 2 : 1;
  const ops::Axes axes = axes_ == 1   ? ops::Axes{first}
                         : axes_ == 2 ? ops::Axes{first, first + 1}
                                      : ops::Axes{first, first + 1, first + 2};
  return reduce_(x, {.axis = axes, .keepdims = options_.keepdims});
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& options) {
  option("data_format", options.data_format);
  option("keepdims", options.keepdims);
};

template <class L>
std::shared_ptr<L> read(const ConfigView& config) {
  return from_options<L, GlobalPoolingOptions>(config, each_option);
}

}  // namespace

Config BaseGlobalPooling::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

GlobalMaxPooling1D::GlobalMaxPooling1D(GlobalPoolingOptions options)
    : Layer("GlobalMaxPooling1D", ops::max, 1, std::move(options)) {}
std::shared_ptr<GlobalMaxPooling1D> GlobalMaxPooling1D::from_config(const ConfigView& config) {
  return read<GlobalMaxPooling1D>(config);
}

GlobalMaxPooling2D::GlobalMaxPooling2D(GlobalPoolingOptions options)
    : Layer("GlobalMaxPooling2D", ops::max, 2, std::move(options)) {}
std::shared_ptr<GlobalMaxPooling2D> GlobalMaxPooling2D::from_config(const ConfigView& config) {
  return read<GlobalMaxPooling2D>(config);
}

GlobalMaxPooling3D::GlobalMaxPooling3D(GlobalPoolingOptions options)
    : Layer("GlobalMaxPooling3D", ops::max, 3, std::move(options)) {}
std::shared_ptr<GlobalMaxPooling3D> GlobalMaxPooling3D::from_config(const ConfigView& config) {
  return read<GlobalMaxPooling3D>(config);
}

GlobalAveragePooling2D::GlobalAveragePooling2D(GlobalPoolingOptions options)
    : Layer("GlobalAveragePooling2D", ops::mean, 2, std::move(options)) {}
std::shared_ptr<GlobalAveragePooling2D> GlobalAveragePooling2D::from_config(const ConfigView& config) {
  return read<GlobalAveragePooling2D>(config);
}

GlobalAveragePooling3D::GlobalAveragePooling3D(GlobalPoolingOptions options)
    : Layer("GlobalAveragePooling3D", ops::mean, 3, std::move(options)) {}
std::shared_ptr<GlobalAveragePooling3D> GlobalAveragePooling3D::from_config(const ConfigView& config) {
  return read<GlobalAveragePooling3D>(config);
}

}  // namespace cornu::layers
