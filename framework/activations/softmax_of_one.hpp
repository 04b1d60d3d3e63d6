#pragma once
// Internal: a softmax that has nothing to choose from.
#include <cstdint>
#include <string>

#include <cornu/framework/activations/activations.hpp>

namespace cornu::detail {

/// Says in the log when the activation is a softmax, which gives 1 whatever comes in over an axis of size 1. For
/// layers, as they are built; `place` is the layer.
void warn_of_softmax_of_one(const std::string& place, const Activation& activation, std::int64_t last_axis);

}  // namespace cornu::detail
