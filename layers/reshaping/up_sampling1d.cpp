#include <cornu/layers/reshaping/up_sampling1d.hpp>

#include <array>
#include <utility>

#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/reshaping/spatial.hpp>

namespace cornu::layers {

UpSampling1D::UpSampling1D(UpSampling1DOptions options) : Layer(layer_options(options)), options_(std::move(options)) {
  require_factors("UpSampling1D", std::array{options_.size});
}

Tensor UpSampling1D::call(const Tensor& input) {
  return repeated("UpSampling1D", input, std::array{options_.size}, "channels_last");
}

namespace {

constexpr auto each_option = [](auto& option, auto& options) { option("size", options.size); };

}  // namespace

Config UpSampling1D::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<UpSampling1D> UpSampling1D::from_config(const ConfigView& config) {
  return from_options<UpSampling1D, UpSampling1DOptions>(config, each_option);
}

}  // namespace cornu::layers
