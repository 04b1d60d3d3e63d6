#pragma once
// Internal: activations of Keras 2 for which Keras 3 has no name.
#include <cornu/framework/registry/config.hpp>

namespace cornu::detail {

/// What computes activations::keras2_hard_sigmoid in Keras 3: {"class_name": "Pipeline", …} of Rescaling and ReLU.
const Config& keras2_hard_sigmoid_object();

}  // namespace cornu::detail
