#include <cornu/framework/ops/recurrence.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops {

namespace {

Tensor part(const Tensor& gates, std::int64_t i, std::int64_t units) {
  return slice(gates, -1, {.start = i * units, .stop = (i + 1) * units});
}

CellOutput lstm_step(const Tensor& a, const std::vector<Tensor>& states) {
  const std::int64_t units = a.dim(-1) / 4;
  const Tensor i = sigmoid(part(a, 0, units)), f = sigmoid(part(a, 1, units)), g = tanh(part(a, 2, units)),
               o = sigmoid(part(a, 3, units));
  const Tensor c = f * states[1] + i * g, h = o * tanh(c);
  return {h, {h, c}};
}

CellOutput gru_step(const Tensor& projected, const Tensor& q, const Tensor& h_before) {
  const std::int64_t units = h_before.dim(-1);
  const Tensor z = sigmoid(part(projected, 0, units) + part(q, 0, units));
  const Tensor r = sigmoid(part(projected, 1, units) + part(q, 1, units));
  const Tensor g = tanh(part(projected, 2, units) + r * part(q, 2, units));
  const Tensor h = z * h_before + (1 - z) * g;
  return {h, {h}};
}

}  // namespace

CellOutput recurrence_step(CellKind kind, const Tensor& projected, const std::vector<Tensor>& states,
                           const Tensor& recurrent_kernel, const Tensor& recurrent_bias) {
  const bool has_bias = recurrent_bias.defined() && recurrent_bias.size() > 0;
  const Tensor product = matmul(states[0], recurrent_kernel), q = has_bias ? product + recurrent_bias : product;
  if (kind == CellKind::gru) return gru_step(projected, q, states[0]);
  if (kind == CellKind::lstm) return lstm_step(projected + q, states);
  const Tensor h = tanh(projected + q);
  return {h, {h}};
}

Tensor recurrence_of_ops(CellKind kind, const Recurrence& inputs, RecurrenceOptions options) {
  const Tensor zeros =
      Tensor::zeros({inputs.projected.dim(1), inputs.recurrent_kernel.dim(0)}, inputs.projected.dtype());
  const Tensor h = inputs.h.defined() ? inputs.h : zeros, c = inputs.c.defined() ? inputs.c : zeros;
  Sequence sequence{inputs.projected, inputs.mask, {h, {h}}};
  if (kind == CellKind::lstm) sequence.before.states.push_back(c);
  const auto cell = [&](const Tensor& x, const std::vector<Tensor>& states) {
    return recurrence_step(kind, x, states, inputs.recurrent_kernel, inputs.recurrent_bias);
  };
  const CellOutput last = run_cell(cell, sequence, {options.return_sequences, options.zero_output_for_mask});
  std::vector<Tensor> parts{options.return_sequences ? last.output : expand_dims(last.output, 0)};
  if (options.return_state)
    for (const Tensor& state : last.states) parts.push_back(expand_dims(state, 0));
  return concatenate(parts, 0);
}

}  // namespace cornu::ops
