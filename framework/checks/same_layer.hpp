#pragma once
// Internal: two layers of which the one was made from what was written of the other.
#include <string_view>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/checks/check_layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

/// Weights that no initializer made, so that what carries them over must really do so; integers stay.
std::vector<Tensor> other_weights(const LayerBase& layer);

/// Whether the two have equal configs, weights of equal names and equal bits, and give equal outputs, also in training
/// after the same set_seed. Builds them. Failures begin with `what`.
void check_same(LayerReport& report, std::string_view what, LayerBase& layer, LayerBase& again, const Tensors& inputs);

/// check_same() of a layer and of the one that its config makes. Nothing for a layer that files cannot name, or that
/// has a function without a name.
void check_config(LayerReport& report, const LayerMaker& make, const Tensors& inputs);

}  // namespace cornu::detail
CORNU_EXPORT_END
