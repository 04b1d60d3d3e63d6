#include <cornu/framework/checks/same_layer.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>

#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

namespace cornu {

namespace {

constexpr std::uint64_t seed = 20240301;

template <class L>
bool same(const L& a, const L& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), ops::array_equal);
}

Tensors outputs_of(LayerBase& layer, const Tensors& inputs, const CallContext& context) {
  random::set_seed(seed);
  return layer.apply(inputs, context).first;
}

std::vector<std::string> weight_names(const LayerBase& layer) {
  std::vector<std::string> names;
  for (const Variable& weight : layer.weights()) names.push_back(weight.name());
  return names;
}

template <class F>
void expect(LayerReport& report, bool holds, F failure) {
  ++report.checked;
  if (!holds) report.failures.push_back(failure());
}

}  // namespace

std::vector<Tensor> detail::other_weights(const LayerBase& layer) {
  std::vector<Tensor> others;
  for (const Tensor& weight : layer.get_weights())
    others.push_back(is_floating(weight.dtype()) ? weight + random::uniform(weight.shape(), 0.1, 0.5, weight.dtype())
                                                 : weight);
  return others;
}

void detail::check_same(LayerReport& report, std::string_view what, LayerBase& layer, LayerBase& again,
                        const Tensors& inputs) {
  const std::string config = layer_to_config(layer).to_json(), read = layer_to_config(again).to_json();
  expect(report, config == read, [&] { return fmt::format("{}: {} comes back as {}", what, config, read); });
  const bool equal = same(outputs_of(layer, inputs, {}), outputs_of(again, inputs, {}));
  expect(report, equal, [&] { return fmt::format("{}: what comes back gives other outputs", what); });
  expect(report, weight_names(layer) == weight_names(again),
         [&] { return fmt::format("{}: weights {} come back as {}", what, weight_names(layer), weight_names(again)); });
  expect(report, same(layer.get_weights(), again.get_weights()),
         [&] { return fmt::format("{}: weights come back with other values", what); });
  const CallContext training{.training = true};
  const bool trains_alike = same(outputs_of(layer, inputs, training), outputs_of(again, inputs, training));
  expect(report, trains_alike,
         [&] { return fmt::format("{}: what comes back gives other outputs in training", what); });
}

void detail::check_config(LayerReport& report, const LayerMaker& make, const Tensors& inputs) {
  random::set_seed(seed);
  const auto layer = make();
  if (!is_named_in_files(*layer)) return;
  const Config written = layer_to_config(*layer);
  if (!unnamed_functions(written, "config").empty()) return;
  random::set_seed(seed);
  const auto again = layer_from_config({written, "check_layer", "", "config"});
  check_same(report, "config", *layer, *again, inputs);
}

}  // namespace cornu
