#include <cornu/framework/ops/plain_gradients.hpp>

#include <vector>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::ops {

namespace {

// The same elements as a tensor of its own, which d_x passes.
Tensor alias_of(const Tensor& x) {
  return detail::record(x.with_shape(x.shape()), detail::wrt(x, [](const Tensor& d_out) { return d_out; }));
}

}  // namespace

void add_plain_gradients(std::span<const Tensor> inputs, const Callable<Tensor(std::span<const Tensor>)>& plain,
                         const Tensor& d_out, detail::InputGradients& d_inputs) {
  std::vector<Tensor> aliases;
  for (const Tensor& input : inputs) aliases.push_back(alias_of(input));
  GradientTape tape({.persistent = true, .watch_accessed_variables = false});
  for (const Tensor& alias : aliases) tape.watch(alias);
  const Tensor target = sum(plain(aliases) * d_out);
  for (std::size_t i = 0; i < aliases.size(); ++i)
    if (d_inputs.wanted(i)) d_inputs.add(i, tape.gradient(target, aliases[i]));
}

}  // namespace cornu::ops
