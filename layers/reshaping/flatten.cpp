#include <cornu/layers/reshaping/flatten.hpp>

#include <fmt/core.h>

#include <array>
#include <utility>

#include <cornu/framework/ops/arrange.hpp>
#include <cornu/layers/data_format.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

namespace {

Tensor channels_to_the_end(const Tensor& x) {
  std::array<std::int64_t, Shape::max_rank> axes{};
  for (std::size_t axis = 2; axis < x.rank(); ++axis) axes[axis - 1] = static_cast<std::int64_t>(axis);
  axes[x.rank() - 1] = 1;
  return ops::permuted(x, {axes.data(), x.rank()});
}

}  // namespace

Flatten::Flatten(cornu::detail::NoOptions) : Flatten() {}
Flatten::Flatten(FlattenOptions options) : Layer(layer_options(options)), options_(std::move(options)) {
  is_channels_first("Flatten", options_.data_format);
}

Tensor Flatten::call(const Tensor& input) {
  if (input.rank() == 0) throw ShapeError("Flatten", "the input has no batch; got shape (); expected (batch, …)");
  const Shape sample = input.shape().slice(1, input.rank());
  const Shape shape(input.dim(0), sample.has_none() ? None : sample.size());
  if (input.is_symbolic()) return Tensor::symbolic(shape, input.dtype());
  const bool channels_first = is_channels_first("Flatten", options_.data_format) && input.rank() > 2;
  return ops::reshape(channels_first ? channels_to_the_end(input) : input, shape);
}

namespace {

constexpr auto each_option = [](auto& option, auto& options) { option("data_format", options.data_format); };

}  // namespace

Config Flatten::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<Flatten> Flatten::from_config(const ConfigView& config) {
  return from_options<Flatten, FlattenOptions>(config, each_option);
}

}  // namespace cornu::layers
