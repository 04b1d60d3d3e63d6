#include <cornu/framework/ops/recurrence.hpp>
#include <cornu/framework/ops/run_cell.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops {

namespace {

Tensor part(const Tensor& gates, std::int64_t i, std::int64_t units) {
  return slice(gates, -1, {.start = i * units, .stop = (i + 1) * units});
}

List<Tensor> lstm_step(const Tensor& a, const Tensor& c_before) {
  const std::int64_t units = a.dim(-1) / 4;
  const Tensor i = sigmoid(part(a, 0, units)), f = sigmoid(part(a, 1, units)), g = tanh(part(a, 2, units)),
               o = sigmoid(part(a, 3, units));
  const Tensor c = f * c_before + i * g, h = o * tanh(c);
  return {h, h, c};
}

List<Tensor> gru_step(const Tensor& projected, const Tensor& q, const Tensor& h_before) {
  const std::int64_t units = h_before.dim(-1);
  const Tensor z = sigmoid(part(projected, 0, units) + part(q, 0, units));
  const Tensor r = sigmoid(part(projected, 1, units) + part(q, 1, units));
  const Tensor g = tanh(part(projected, 2, units) + r * part(q, 2, units));
  const Tensor h = z * h_before + (1 - z) * g;
  return {h, h};
}

List<Tensor> step_of_ops(CellKind kind, const List<Tensor>& inputs, const Tensor& kernel, const Tensor& bias) {
  const Tensor &projected = inputs[0], &h_before = inputs[1];
  const bool has_bias = bias.defined() && bias.size() > 0;
  const Tensor product = matmul(h_before, kernel), q = has_bias ? product + bias : product;
  if (kind == CellKind::gru) return gru_step(projected, q, h_before);
  if (kind == CellKind::lstm) return lstm_step(projected + q, inputs[2]);
  const Tensor h = tanh(projected + q);
  return {h, h};
}

}  // namespace

Tensor recurrence_of_ops(CellKind kind, const Recurrence& inputs, RecurrenceOptions options) {
  const Tensor zeros = Tensor::zeros({inputs.inputs.dim(1), inputs.recurrent_kernel.dim(0)}, inputs.inputs.dtype());
  const Tensor product = matmul(inputs.inputs, inputs.kernel);
  const bool has_bias = inputs.bias.defined() && inputs.bias.size() > 0;
  const Tensor h = inputs.h.defined() ? inputs.h : zeros, c = inputs.c.defined() ? inputs.c : zeros;
  Sequence sequence{has_bias ? product + inputs.bias : product, inputs.mask, {h, h}};
  if (kind == CellKind::lstm) sequence.before.push_back(c);
  const auto step = [&](const List<Tensor>& x) {
    return step_of_ops(kind, x, inputs.recurrent_kernel, inputs.recurrent_bias);
  };
  const List<Tensor> last = run_cell(step, sequence, {options.return_sequences, options.zero_output_for_mask});
  std::vector<Tensor> parts{options.return_sequences ? last[0] : expand_dims(last[0], 0)};
  for (std::size_t i = 1; options.return_state && i < last.size(); ++i) parts.push_back(expand_dims(last[i], 0));
  return concatenate(parts, 0);
}

}  // namespace cornu::ops
