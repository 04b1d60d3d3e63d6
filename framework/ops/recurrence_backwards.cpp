#include <algorithm>
#include <functional>
#include <utility>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/recurrent.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/recurrence_run.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops::recurrent {

namespace {

template <class T>
auto gradient_kernel_of(CellKind kind) {
  const auto& kernels = kernels::table<kernels::RecurrentKernels<T>>();
  return kind == CellKind::lstm  ? kernels.lstm_gradient
         : kind == CellKind::gru ? kernels.gru_gradient
                                 : kernels.simple_rnn_gradient;
}

// Takes the gradients of samples back through all steps.
template <class T>
class Backwards {
 public:
  Backwards(const Run& run, const Tensor& d_out, RunGradients& d)
      : run_(run),
        kernel_(run.in.kernel, true, run.width(), run.features()),
        recurrent_kernel_(run.in.recurrent_kernel, true, run.width(), run.units()),
        other_(Tensor::uninitialized(d.d_h.shape(), d.d_h.dtype())),
        wants_inputs_(d.d_inputs.defined()),
        d_outputs_(d_out.data<T>()),
        d_states_(d_outputs_ + run.outputs() * run.state_size()),
        d_h_(d.d_h.mutable_data<T>()),
        d_other_(other_.mutable_data<T>()),
        d_c_(d.d_c.mutable_data<T>()),
        d_projected_(d.d_projected.mutable_data<T>()),
        d_recurrent_(d.d_recurrent.mutable_data<T>()),
        d_inputs_(wants_inputs_ ? d.d_inputs.mutable_data<T>() : nullptr) {}

  void run_samples(std::int64_t first, std::int64_t count) const {
    const std::int64_t at = first * run_.units(), ahead = count == run_.batch() ? steps_ahead(run_) : 1;
    T *d_h = d_h_ + at, *d_h_before = d_other_ + at;
    if (run_.steps() % 2 != 0) std::swap(d_h, d_h_before);  // the last of them is to be d_h_
    begin(first, count, d_h);
    for (std::int64_t t = run_.steps() - 1; t >= 0; --t) {
      if (run_.options.return_sequences) add_output_gradient(t, first, count, t, d_h);
      take_step_back(t, first, count, d_h, d_h_before);
      if (wants_inputs_ && t % ahead == 0) leave(t, std::min(run_.steps() - t, ahead), {first, count});
      std::swap(d_h, d_h_before);
    }
  }

 private:
  // What arrives at the states after the last step.
  void begin(std::int64_t first, std::int64_t count, T* d_h) const {
    const std::int64_t at = first * run_.units(), size = count * run_.units();
    if (run_.states() > 0)
      std::copy_n(d_states_ + at, size, d_h);
    else
      std::fill_n(d_h, size, T());
    if (run_.states() > 1)
      std::copy_n(d_states_ + run_.state_size() + at, size, d_c_ + at);
    else if (run_.has_carry())
      std::fill_n(d_c_ + at, size, T());
    if (!run_.options.return_sequences) add_output_gradient(run_.steps() - 1, first, count, 0, d_h);
  }

  // d_h += the gradient of the output of a step, which is the n-th output
  void add_output_gradient(std::int64_t step, std::int64_t first, std::int64_t count, std::int64_t n, T* d_h) const {
    const std::int64_t units = run_.units();
    const T* d_out = d_outputs_ + n * run_.state_size() + first * units;
    for (std::int64_t b = first; b < first + count; ++b, d_out += units, d_h += units)
      if (!run_.is_cut(step, b)) std::transform(d_out, d_out + units, d_h, d_h, std::plus<T>());
  }

  void take_step_back(std::int64_t t, std::int64_t first, std::int64_t count, const T* d_h, T* d_h_before) const {
    const std::int64_t units = run_.units(), at = first * units, after = t * run_.state_size() + at;
    const std::int64_t gate = (t * run_.batch() + first) * run_.width();
    const T* const gates = run_.gates.data<T>() + run_.cell().kept * after;
    gradient_kernel_of<T>(run_.kind)(
        {.rows = count,
         .units = units,
         .counts = run_.in.mask ? run_.counts(t) + first : nullptr,
         .gates = gates,
         .h_before = run_.before<T>(run_.h, run_.in.h, t) + at,
         .c_before = run_.has_carry() ? run_.before<T>(run_.c, run_.in.c, t) + at : nullptr,
         .c = run_.has_carry() ? run_.c.data<T>() + after : nullptr,
         .h = run_.h.data<T>() + after,
         .d_h = d_h,
         .d_c = d_c_ + (run_.has_carry() ? at : 0),
         .d_projected = d_projected_ + gate,
         .d_recurrent = d_recurrent_ + gate,
         .d_h_before = d_h_before});
    const Run::Samples some = run_.multiplied(t, 1, {first, count});
    recurrent_kernel_->multiply({d_recurrent_ + (t * run_.batch() + some.first) * run_.width(), run_.width()},
                                some.count, true, nullptr, {d_h_before + (some.first - first) * units, units});
  }

  // d_x = d_projected · Wᵀ, and 0 of samples that are not multiplied; of several steps, all of the batch's samples
  void leave(std::int64_t step, std::int64_t steps, Run::Samples samples) const {
    const auto [first, count] = run_.multiplied(step, steps, samples);
    const std::int64_t features = run_.features(), row = step * run_.batch() + first;
    T* const d_x = d_inputs_ + (step * run_.batch() + samples.first) * features;
    T *const begin = d_x + (first - samples.first) * features, *const end = begin + steps * count * features;
    std::fill(d_x, begin, T());
    kernel_->multiply({d_projected_ + row * run_.width(), run_.width()}, steps * count, false, nullptr,
                      {begin, features});
    std::fill(end, d_x + steps * samples.count * features, T());
  }

  const Run& run_;
  PackedKernel<T> kernel_, recurrent_kernel_;
  Tensor other_;
  bool wants_inputs_;
  const T *d_outputs_, *d_states_;
  T *d_h_, *d_other_, *d_c_, *d_projected_, *d_recurrent_, *d_inputs_;
};

RunGradients gradients_for(const Run& run, bool wants_inputs) {
  const DType dtype = run.h.dtype();
  const Shape shape{run.steps(), run.batch(), run.width()};
  RunGradients d;
  d.d_projected = Tensor::uninitialized(shape, dtype);
  d.d_recurrent = run.is_gru() ? Tensor::uninitialized(shape, dtype) : d.d_projected;
  if (wants_inputs) d.d_inputs = Tensor::uninitialized(run.in.inputs.shape(), dtype);
  d.d_h = Tensor::uninitialized(run.in.h.shape(), dtype);
  d.d_c = Tensor::uninitialized(run.in.c.shape(), dtype);
  return d;
}

}  // namespace

RunGradients run_backwards(const Run& run, const Tensor& d_out, bool wants_inputs) {
  RunGradients d = gradients_for(run, wants_inputs);
  if (run.state_size() == 0) return d;
  detail::for_floating_type(run.h.dtype(), [&]<class T>(T) {
    const Backwards<T> backwards(run, d_out, d);
    detail::parallel_for(run.batch(), piece_rows(run),
                         [&](std::int64_t first, std::int64_t last) { backwards.run_samples(first, last - first); });
  });
  return d;
}

}  // namespace cornu::ops::recurrent
