#include <cornu/layers/preprocessing/discretization.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include <cornu/framework/ops/support.hpp>
#include <cornu/framework/tensor/for_type.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/preprocessing/encoded.hpp>
#include <cornu/layers/preprocessing/quantile_summary.hpp>

namespace cornu::layers {

namespace {

void require_rising(const std::vector<double>& boundaries) {
  for (std::size_t i = 0; i < boundaries.size(); ++i)
    if (!(boundaries[i] == boundaries[i]) || (i > 0 && boundaries[i] < boundaries[i - 1]))
      throw ValueError("Discretization", fmt::format("`bin_boundaries` must rise; got {} at {}", boundaries[i], i));
}

void require_options(const DiscretizationOptions& options) {
  require_output_mode("Discretization", options.output_mode, {"int", "one_hot", "multi_hot", "count"});
  require_rising(options.bin_boundaries);
  if (options.num_bins && *options.num_bins < 1)
    throw ValueError("Discretization", fmt::format("`num_bins` must be 1 or more; got {}", *options.num_bins));
  if (!(options.epsilon > 0 && options.epsilon <= 1))
    throw ValueError("Discretization",
                     fmt::format("`epsilon` must be more than 0 and at most 1; got {}", options.epsilon));
}

}  // namespace

Discretization::Discretization(DiscretizationOptions options)
    : Layer({.dtype = options.dtype, .name = options.name}), options_(std::move(options)) {
  require_options(options_);
  if (options_.num_bins.has_value() == !options_.bin_boundaries.empty())
    throw ValueError("Discretization", fmt::format("one of `bin_boundaries` and `num_bins` must be given; got {}",
                                                   options_.num_bins ? "both" : "none"));
}

namespace {

// How many boundaries do not lie above each number. They are rounded to the numbers' dtype, as in Keras.
Tensor bins_of(const Tensor& x, const std::vector<double>& boundaries) {
  if (x.is_symbolic()) return Tensor::symbolic(x.shape(), int32);
  Tensor bins = Tensor::uninitialized(x.shape(), int32);
  std::int32_t* bin = bins.mutable_data<std::int32_t>();
  detail::for_floating_type(x.dtype(), [&]<class T>(T) {
    std::vector<T> bounds;
    for (const double boundary : boundaries) bounds.push_back(static_cast<T>(boundary));
    for (const T value : x.values<T>())
      *bin++ = static_cast<std::int32_t>(std::upper_bound(bounds.begin(), bounds.end(), value) - bounds.begin());
  });
  return bins;
}

}  // namespace

Tensor Discretization::call(const Tensor& input) {
  const std::vector<double>& boundaries = options_.bin_boundaries;
  if (boundaries.empty() && options_.num_bins.value_or(0) != 1)
    throw StateError("Discretization", "there are no boundaries; call adapt() first, or give `bin_boundaries`");
  const Tensor x = is_floating(input.dtype()) ? input : ops::cast(input, dtype());
  const DType output = options_.output_mode == "int" ? int32 : dtype();
  return encoded(bins_of(x, boundaries), options_.output_mode, static_cast<std::int64_t>(boundaries.size()) + 1,
                 output);
}

void Discretization::adapt(const Tensor& data) { adapt(std::vector<Tensor>{data}); }

void Discretization::adapt(const std::vector<Tensor>& batches) {
  if (!options_.num_bins)
    throw StateError(place(), "the layer was given `bin_boundaries`; got data to adapt to; give `num_bins` instead");
  QuantileSummary summary(options_.epsilon);
  for (const Tensor& batch : batches) {
    if (batch.size() == 0) throw ValueError(place(), fmt::format("no data to adapt to; got shape {}", batch.shape()));
    summary.add(batch);
  }
  if (batches.empty()) throw ValueError(place(), "no data to adapt to; got no batches");
  options_.bin_boundaries = summary.boundaries(*options_.num_bins);
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& options) {
  option.null_if_empty("bin_boundaries", options.bin_boundaries);
  option("num_bins", options.num_bins);
  option("epsilon", options.epsilon);
  option("output_mode", options.output_mode);
  option.only("sparse", false);
};

}  // namespace

// Keras refuses an option `trainable`.
Config Discretization::get_config() const {
  Config config = write_options(Config::object(), each_option, options_);
  return config.set("name", name()).set("dtype", Config(dtype()));
}

std::shared_ptr<Discretization> Discretization::from_config(const ConfigView& config) {
  auto options = with_layer_options<DiscretizationOptions>(config);
  read_options(config, each_option, options);
  if (!options.num_bins || options.bin_boundaries.empty()) return std::make_shared<Discretization>(std::move(options));
  const std::vector<double> found = std::exchange(options.bin_boundaries, {});  // by adapt()
  require_rising(found);
  const auto layer = std::make_shared<Discretization>(std::move(options));
  layer->options_.bin_boundaries = found;
  return layer;
}

}  // namespace cornu::layers
