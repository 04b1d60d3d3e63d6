#pragma once
// Internal: a recurrence that was begun, forwards and backwards.
#include <algorithm>
#include <cstdint>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/gemm.hpp>
#include <cornu/framework/ops/recurrence.hpp>

namespace cornu::ops::recurrent {

struct Cell {
  std::int64_t gates;  // matrices side by side in W and U
  std::int64_t kept;   // values a unit that the gradient wants
};
constexpr Cell cells[] = {{1, 0}, {4, 4}, {3, 4}};

/// A run over a sequence: what went in, with zeros for what was left out, and what the gradient wants of it.
struct Run {
  CellKind kind;
  RecurrenceOptions options;
  Recurrence in;
  Tensor order = {};      ///< which samples all that is here belongs to, int64 (batch,); none: as they came
  Tensor h = {}, c = {};  ///< (steps, batch, units), after each step
  Tensor gates = {};      ///< (steps, batch, kept · units); without a gradient of as many steps as are projected ahead

  Cell cell() const { return cells[static_cast<std::size_t>(kind)]; }
  bool has_carry() const { return kind == CellKind::lstm; }
  bool is_gru() const { return kind == CellKind::gru; }
  std::int64_t steps() const { return in.inputs.shape()[0]; }
  std::int64_t batch() const { return in.inputs.shape()[1]; }
  std::int64_t features() const { return in.inputs.shape()[2]; }
  std::int64_t units() const { return in.recurrent_kernel.shape()[0]; }
  std::int64_t width() const { return cell().gates * units(); }
  std::int64_t state_size() const { return batch() * units(); }
  std::int64_t outputs() const { return options.return_sequences ? steps() : 1; }
  bool output_is_h() const {
    return options.return_sequences && !options.return_state && !(options.zero_output_for_mask && in.mask);
  }
  std::int64_t states() const { return options.return_state ? (has_carry() ? 2 : 1) : 0; }

  const bool* counts(std::int64_t step) const { return in.mask ? in.mask->data<bool>() + step * batch() : nullptr; }
  /// Of these samples, those that are multiplied: at one step from the first to the last that counts, at several steps
  /// all or none. The states of others only pass on.
  struct Samples {
    std::int64_t first, count;
  };
  Samples multiplied(std::int64_t step, std::int64_t steps, Samples samples) const {
    if (!in.mask) return samples;
    std::int64_t first = samples.first, end = first + samples.count;
    if (steps > 1) {
      const bool any = std::find(counts(step), counts(step + steps), true) != counts(step + steps);
      return {first, any ? samples.count : 0};
    }
    const bool* const c = counts(step);
    while (end > first && !c[end - 1]) --end;
    while (first < end && !c[first]) ++first;
    return {first, end - first};
  }
  template <class T>
  const T* before(const Tensor& states, const Tensor& first, std::int64_t step) const {
    return step == 0 ? first.data<T>() : states.data<T>() + (step - 1) * state_size();
  }
  /// Whether the output of a step and sample is 0 whatever its state.
  bool is_cut(std::int64_t step, std::int64_t sample) const {
    return options.zero_output_for_mask && step >= 0 && in.mask && !counts(step)[sample];
  }
};

/// A matrix that is packed once for the products of all steps.
template <class T>
class PackedKernel {
 public:
  /// As k rows and m columns; `matrix` is that, or its transpose.
  PackedKernel(const Tensor& matrix, bool transpose, std::int64_t k, std::int64_t m)
      : memory_(Tensor::uninitialized({kernels::PackedMatrix<T>::size(k, m)}, matrix.dtype())),
        packed_(matrix.data<T>(), transpose, k, m, memory_.mutable_data<T>()) {}
  const kernels::PackedMatrix<T>& operator*() const { return packed_; }
  const kernels::PackedMatrix<T>* operator->() const { return &packed_; }

 private:
  Tensor memory_;
  kernels::PackedMatrix<T> packed_;
};

/// So many steps are projected at once where a step has few samples, all of which are run.
inline std::int64_t steps_ahead(const Run& run) {
  constexpr std::int64_t rows = 32;
  if (run.order.defined()) return 1;
  return std::clamp(rows / std::max<std::int64_t>(run.batch(), 1), std::int64_t{1},
                    std::max<std::int64_t>(run.steps(), 1));
}

/// Samples are taken through the sequence in pieces of so many, on several threads: of 16 at least, as the products
/// want some rows. OpenBLAS gives a row other bits among fewer rows; where it multiplies nothing is cut.
inline std::int64_t piece_rows(const Run& run) {
  if (kernels::product_kernels() == kernels::ProductKernels::openblas) return std::max<std::int64_t>(run.batch(), 1);
  const std::int64_t terms = run.steps() * (run.features() + run.units()) * run.width();
  return detail::grain_of(std::min(1 + 0.015 * static_cast<double>(terms), 15'000. / 16));
}

/// Fills h, c and gates.
void run_forwards(Run& run, bool keep);

/// What arrives at what went in, as far as it is wanted; `d` of the projections and of the products with U.
struct RunGradients {
  Tensor d_projected, d_recurrent;  ///< (steps, batch, gates); the same tensor unless it is a GRU
  Tensor d_inputs;
  Tensor d_h, d_c;
};
RunGradients run_backwards(const Run& run, const Tensor& d_out, bool wants_inputs);

}  // namespace cornu::ops::recurrent
