#include <cornu/layers/reshaping/repeat_vector.hpp>

#include <fmt/core.h>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

RepeatVector::RepeatVector(std::int64_t n, RepeatVectorOptions options) : Layer(layer_options(options)), n_(n) {
  if (n < 1) throw ValueError("RepeatVector", fmt::format("`n` must be a positive integer; got {}", n));
}

Tensor RepeatVector::call(const Tensor& input) {
  if (input.rank() != 2)
    throw ShapeError("RepeatVector",
                     fmt::format("the input must be vectors; got shape {}; expected (batch, features)", input.shape()));
  return ops::repeat(ops::expand_dims(input, 1), n_, 1);
}

namespace {

constexpr auto each_option = [](auto& option, auto& n, auto&...) { option.required("n", n); };

}  // namespace

Config RepeatVector::get_config() const { return write_options(LayerBase::get_config(), each_option, n_); }

std::shared_ptr<RepeatVector> RepeatVector::from_config(const ConfigView& config) {
  return from_options<RepeatVector, RepeatVectorOptions, std::int64_t>(config, each_option);
}

}  // namespace cornu::layers
