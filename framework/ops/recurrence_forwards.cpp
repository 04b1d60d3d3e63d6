#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/recurrent.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/recurrence_run.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops::recurrent {

namespace {

template <class T>
auto kernel_of(CellKind kind) {
  const auto& kernels = kernels::table<kernels::RecurrentKernels<T>>();
  return kind == CellKind::lstm ? kernels.lstm : kind == CellKind::gru ? kernels.gru : kernels.simple_rnn;
}

template <class T>
const T* if_any(const Tensor& bias) {
  return bias.size() > 0 ? bias.data<T>() : nullptr;
}

// Takes samples through all steps.
template <class T>
class Forwards {
 public:
  Forwards(Run& run, bool keep)
      : run_(run),
        kept_steps_(keep ? run.steps() : steps_ahead(run)),
        kernel_(run.in.kernel, false, run.features(), run.width()),
        recurrent_kernel_(run.in.recurrent_kernel, false, run.units(), run.width()),
        product_(Tensor::uninitialized({run.is_gru() ? run.batch() : 0, run.width()}, run.h.dtype())),
        recurrent_(product_.mutable_data<T>()),
        gates_(run.gates.mutable_data<T>()),
        h_(run.h.mutable_data<T>()),
        c_(run.c.mutable_data<T>()) {}

  void run_samples(std::int64_t first, std::int64_t count) const {
    const std::int64_t ahead = count == run_.batch() ? steps_ahead(run_) : 1;
    for (std::int64_t t = 0; t < run_.steps(); ++t) {
      if (t % ahead == 0) project(t, std::min(run_.steps() - t, ahead), {first, count});
      take_step(t, first, count);
    }
  }

 private:
  // Where a step's sums are made: those of a SimpleRNN in h.
  struct Sums {
    T* data;
    std::int64_t stride;
  };
  Sums sums(std::int64_t step, std::int64_t sample) const {
    if (run_.cell().kept == 0) return {h_ + step * run_.state_size() + sample * run_.units(), run_.units()};
    const std::int64_t stride = run_.cell().kept * run_.units();
    return {gates_ + (step % kept_steps_ * run_.batch() + sample) * stride, stride};
  }

  // x·W + b; of several steps, all of the batch's samples
  void project(std::int64_t step, std::int64_t steps, Run::Samples samples) const {
    const auto [first, count] = run_.multiplied(step, steps, samples);
    const std::int64_t features = run_.features();
    const T* const x = run_.in.inputs.data<T>() + (step * run_.batch() + first) * features;
    const Sums to = sums(step, first);
    kernel_->multiply({x, features}, steps * count, false, if_any<T>(run_.in.bias), {to.data, to.stride});
  }

  // h_before·U, to which a GRU adds its bias
  void multiply(std::int64_t step, Run::Samples samples) const {
    const auto [first, count] = run_.multiplied(step, 1, samples);
    const std::int64_t units = run_.units();
    const T* const h = run_.before<T>(run_.h, run_.in.h, step) + first * units;
    if (run_.is_gru()) {
      recurrent_kernel_->multiply({h, units}, count, false, if_any<T>(run_.in.recurrent_bias),
                                  {recurrent_ + first * run_.width(), run_.width()});
    } else {
      const Sums to = sums(step, first);
      recurrent_kernel_->multiply({h, units}, count, true, nullptr, {to.data, to.stride});
    }
  }

  void take_step(std::int64_t t, std::int64_t first, std::int64_t count) const {
    const std::int64_t units = run_.units(), at = first * units, after = t * run_.state_size() + at;
    const T* const h_before = run_.before<T>(run_.h, run_.in.h, t) + at;
    multiply(t, {first, count});
    kernel_of<T>(run_.kind)({.rows = count,
                             .units = units,
                             .counts = run_.in.mask ? run_.counts(t) + first : nullptr,
                             .gates = sums(t, first).data,
                             .recurrent = recurrent_ + (run_.is_gru() ? first * run_.width() : 0),
                             .h_before = h_before,
                             .c_before = run_.has_carry() ? run_.before<T>(run_.c, run_.in.c, t) + at : nullptr,
                             .c = run_.has_carry() ? c_ + after : nullptr,
                             .h = h_ + after});
  }

  const Run& run_;
  std::int64_t kept_steps_;
  PackedKernel<T> kernel_, recurrent_kernel_;
  Tensor product_;
  T *recurrent_, *gates_, *h_, *c_;
};

}  // namespace

void run_forwards(Run& run, bool keep) {
  if (run.state_size() == 0) return;
  detail::for_floating_type(run.h.dtype(), [&]<class T>(T) {
    const Forwards<T> forwards(run, keep);
    detail::parallel_for(run.batch(), piece_rows(run),
                         [&](std::int64_t first, std::int64_t last) { forwards.run_samples(first, last - first); });
  });
}

}  // namespace cornu::ops::recurrent
