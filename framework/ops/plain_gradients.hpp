#pragma once
// Internal: gradients of a fused op that are differentiated themselves.
#include <span>

#include <cornu/framework/autodiff/record.hpp>
#include <cornu/framework/base/callable.hpp>

namespace cornu::ops {

/// Adds to d_inputs the gradients of plain(inputs), the op's form made of ops, where they are wanted. They are recorded
/// as ops, so that an outer tape differentiates them.
///
///     return detail::record_joint(pointers, y, [=](const Tensor& d_y, detail::InputGradients& d_inputs) {
///       if (!detail::is_recording()) return fused_gradients(…, d_y, d_inputs);
///       const Tensor inputs[] = {x, gamma};
///       add_plain_gradients(inputs, [](const auto& in) { return in[0] * in[1]; }, d_y, d_inputs);
///     });
void add_plain_gradients(std::span<const Tensor> inputs, const Callable<Tensor(std::span<const Tensor>)>& plain,
                         const Tensor& d_out, detail::InputGradients& d_inputs);

}  // namespace cornu::ops
