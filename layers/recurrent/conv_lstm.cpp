#include <cornu/layers/recurrent/conv_lstm.hpp>

#include <span>
#include <utility>
#include <vector>

#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/recurrent/conv_lstm_cell.hpp>
#include <cornu/layers/recurrent/from_config.hpp>

namespace cornu::layers {

namespace {

template <std::size_t N>
constexpr const char* kind = N == 1   ? "ConvLSTM1D"
                             : N == 2 ? "ConvLSTM2D"
                                      : "ConvLSTM3D";

std::vector<std::int64_t> numbers(std::span<const std::int64_t> factors) { return {factors.begin(), factors.end()}; }

template <std::size_t N>
std::shared_ptr<RecurrentCell> cell_of(std::int64_t filters, const Factors<N>& kernel_size,
                                       const ConvLSTMOptions<N>& options) {
  detail::ConvLSTMWindows windows{numbers(kernel_size), numbers(options.strides), options.padding, options.data_format,
                                  numbers(options.dilation_rate)};
  auto cell = std::make_shared<detail::ConvLSTMCell>(detail::cell_settings(kind<N>, filters, options),
                                                     std::move(windows), options.unit_forget_bias);
  cell->set_name("conv_lstm_cell");
  return cell;
}

}  // namespace

template <std::size_t N>
BaseConvLSTM<N>::BaseConvLSTM(std::int64_t filters, Factors<N> kernel_size, ConvLSTMOptions<N> options)
    : RecurrentLayer(cell_of<N>(filters, kernel_size, options), detail::loop_options(options), layer_options(options)) {
}

namespace {

// Keras's keys, in its order. `windows` and `settings` are a cell's, or both the options.
constexpr auto each_option = [](auto& option, auto& filters, auto& kernel_size, auto& windows, auto& settings,
                                auto& unit_forget_bias, auto& activity_regularizer) {
  option.required("filters", filters);
  option.required("kernel_size", kernel_size);
  option("strides", windows.strides);
  option("padding", windows.padding);
  option("data_format", windows.data_format);
  option("dilation_rate", windows.dilation_rate);
  detail::each_activation(option, settings);
  option("use_bias", settings.use_bias);
  detail::each_initializer(option, settings);
  option("unit_forget_bias", unit_forget_bias);
  detail::each_regularizer(option, settings);
  option("activity_regularizer", activity_regularizer);
  detail::each_constraint(option, settings);
  detail::each_dropout(option, settings);
  option("seed", settings.seed);
};

template <class L, std::size_t N>
std::shared_ptr<L> read(const ConfigView& config) {
  std::int64_t filters = 0;
  Factors<N> kernel_size;
  auto options = with_loop_options<ConvLSTMOptions<N>>(config);
  read_options(config, each_option, filters, kernel_size, options, options, options.unit_forget_bias,
               options.activity_regularizer);
  return std::make_shared<L>(filters, kernel_size, std::move(options));
}

}  // namespace

template <std::size_t N>
Config BaseConvLSTM<N>::get_config() const {
  const auto& own = dynamic_cast<const detail::ConvLSTMCell&>(cell());
  return write_options(RecurrentLayer::get_config(), each_option, own.settings().units, own.windows().kernel_size,
                       own.windows(), own.settings(), own.unit_forget_bias(), options().activity_regularizer);
}

template class BaseConvLSTM<1>;
template class BaseConvLSTM<2>;
template class BaseConvLSTM<3>;

ConvLSTM1D::ConvLSTM1D(std::int64_t filters, Factors<1> kernel_size, ConvLSTM1DOptions options)
    : Layer(filters, kernel_size, std::move(options)) {}
std::shared_ptr<ConvLSTM1D> ConvLSTM1D::from_config(const ConfigView& config) { return read<ConvLSTM1D, 1>(config); }
std::shared_ptr<RecurrentLayer> ConvLSTM1D::clone(RecurrentLayerOptions loop, std::string name) const {
  return std::make_shared<ConvLSTM1D>(cell().clone(), loop, options_named(std::move(name)));
}

ConvLSTM2D::ConvLSTM2D(std::int64_t filters, Factors<2> kernel_size, ConvLSTM2DOptions options)
    : Layer(filters, kernel_size, std::move(options)) {}
std::shared_ptr<ConvLSTM2D> ConvLSTM2D::from_config(const ConfigView& config) { return read<ConvLSTM2D, 2>(config); }
std::shared_ptr<RecurrentLayer> ConvLSTM2D::clone(RecurrentLayerOptions loop, std::string name) const {
  return std::make_shared<ConvLSTM2D>(cell().clone(), loop, options_named(std::move(name)));
}

ConvLSTM3D::ConvLSTM3D(std::int64_t filters, Factors<3> kernel_size, ConvLSTM3DOptions options)
    : Layer(filters, kernel_size, std::move(options)) {}
std::shared_ptr<ConvLSTM3D> ConvLSTM3D::from_config(const ConfigView& config) { return read<ConvLSTM3D, 3>(config); }
std::shared_ptr<RecurrentLayer> ConvLSTM3D::clone(RecurrentLayerOptions loop, std::string name) const {
  return std::make_shared<ConvLSTM3D>(cell().clone(), loop, options_named(std::move(name)));
}

}  // namespace cornu::layers
