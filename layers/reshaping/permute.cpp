#include <cornu/layers/reshaping/permute.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include <cornu/framework/ops/arrange.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

Permute::Permute(std::vector<std::int64_t> dims, PermuteOptions options)
    : Layer(layer_options(options)), dims_(std::move(dims)) {
  std::vector<std::int64_t> sorted = dims_;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size(); ++i)
    if (sorted[i] != static_cast<std::int64_t>(i) + 1)
      throw ValueError("Permute", fmt::format("`dims` must have each axis of a sample once, counted from 1; got ({}); "
                                              "expected an order of 1 … {}",
                                              fmt::join(dims_, ", "), dims_.size()));
}

Tensor Permute::call(const Tensor& input) {
  if (input.rank() != dims_.size() + 1)
    throw ShapeError("Permute", fmt::format("`dims` do not fit the input; got ({}) for shape {}; expected a number for "
                                            "each axis behind the batch",
                                            fmt::join(dims_, ", "), input.shape()));
  std::array<std::int64_t, Shape::max_rank> axes{};  // the batch's, and those of dims_
  std::copy(dims_.begin(), dims_.end(), axes.begin() + 1);
  return ops::permuted(input, {axes.data(), input.rank()});
}

namespace {

constexpr auto each_option = [](auto& option, auto& dims, auto&...) { option.required("dims", dims); };

}  // namespace

Config Permute::get_config() const { return write_options(LayerBase::get_config(), each_option, dims_); }

std::shared_ptr<Permute> Permute::from_config(const ConfigView& config) {
  return from_options<Permute, PermuteOptions, std::vector<std::int64_t>>(config, each_option);
}

}  // namespace cornu::layers
