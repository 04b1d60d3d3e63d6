#include <cornu/framework/ops/run_cell.hpp>

#include <cornu/framework/ops/arrange.hpp>

namespace cornu::ops {

// out[j, i, …] = x[i, j, …], with i or j counted from the end
Tensor exchange_leading(const Tensor& x, Reversed reversed) {
  const Shape shape = x.shape().with(0, x.dim(1)).with(1, x.dim(0));
  Tensor out = result(shape, x.dtype(), x);
  if (out.is_symbolic()) return out;
  Strides from = strides_of(x.shape());
  const Strides to = strides_of(shape);
  Offsets offsets;
  if (reversed != Reversed::none && x.size() > 0) {
    const std::size_t axis = reversed == Reversed::first ? 0 : 1;
    offsets.from = (x.shape()[axis] - 1) * from[axis];
    from[axis] = -from[axis];
  }
  std::swap(from[0], from[1]);
  kernels::Arrangement arrangement;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) arrangement.add_axis(shape[axis], from[axis], to[axis]);
  copy(arrangement, x, out, offsets);

  // d_x[i, j, …] = d_out[j, i, …]
  return detail::record(out, detail::wrt(x, [reversed](const Tensor& d_out) {
                          return exchange_leading(d_out, reversed == Reversed::none    ? Reversed::none
                                                         : reversed == Reversed::first ? Reversed::second
                                                                                       : Reversed::first);
                        }));
}

namespace {

void unstack_into(const Tensor& x, Tensors& into) {
  const std::int64_t count = x.dim(0);
  if (count == 1) into.push_back(reshape(x, x.shape().removed(0)));
  if (count < 2) return;
  unstack_into(slice(x, 0, {.stop = count / 2}), into);
  unstack_into(slice(x, 0, {.start = count / 2}), into);
}

// Of samples: of rank 1, as a mask of x.
Tensor seen_by(const Tensor& x, const Tensor& samples) {
  Shape shape = samples.shape();
  while (shape.rank() < x.rank()) shape.push_back(1);
  return reshape(samples, shape);
}

Tensor chosen(const Tensor& counts, const Tensor& after, const Tensor& before) {
  return where(seen_by(after, counts), after, before);
}

// The step where the mask holds; what was there before elsewhere.
List<Tensor> held(const Tensor& counts, List<Tensor> step, const List<Tensor>& before, bool zero_output) {
  const Tensor zero = scalar(0, step[0].dtype());
  for (std::size_t i = 0; i < step.size(); ++i)
    step[i] = chosen(counts, step[i], i == 0 && zero_output ? zero : before[i]);
  return step;
}

}  // namespace

Tensors unstack(const Tensor& x) {
  Tensors parts;
  unstack_into(x, parts);
  return parts;
}

List<Tensor> run_cell(const CellFunction& cell, const Sequence& sequence, SequenceOptions options) {
  const Tensors inputs = unstack(sequence.inputs), counts = sequence.mask ? unstack(*sequence.mask) : Tensors();
  List<Tensor> last = sequence.before;
  Tensors outputs;
  for (std::size_t t = 0; t < inputs.size(); ++t) {
    List<Tensor> step = last;
    step[0] = inputs[t];
    step = cell(step);
    last = counts.empty() ? std::move(step) : held(counts[t], std::move(step), last, options.zero_output_for_mask);
    if (options.return_sequences) outputs.push_back(last[0]);
  }
  if (!options.return_sequences) return last;
  const Shape nothing = last[0].shape().inserted(0, 0);
  last[0] = outputs.empty() ? Tensor::zeros(nothing, last[0].dtype()) : stack(outputs);
  return last;
}

}  // namespace cornu::ops
