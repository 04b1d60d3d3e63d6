#pragma once
// Internal: how an op tells the tape what its gradient is.
#include <cstddef>
#include <initializer_list>
#include <new>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

#include <cornu/framework/autodiff/gradient.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::detail {

/// Whether a live tape on this thread follows the tensor: if not, its op need not be recorded.
bool is_tracked(const Tensor& tensor);

/// Whether ops are being recorded now. A gradient that has a short cut must then be made of ops instead.
bool is_recording();

class Trace;

/// The gradients of an op's inputs during the backward pass.
class InputGradients {
 public:
  InputGradients(const Trace& trace, std::size_t record, std::size_t start, std::span<Gradient> adjoints)
      : trace_(trace), record_(record), start_(start), adjoints_(adjoints) {}
  std::size_t size() const;
  /// False for an input that the tape does not follow: its gradient need not be computed.
  bool wanted(std::size_t input) const;
  void add(std::size_t input, const Gradient& gradient);

 private:
  const Trace& trace_;
  std::size_t record_, start_;
  std::span<Gradient> adjoints_;  // of the records from start_ on
};

/// One recorded op: runs its gradient. Lives in the tape's arena.
struct Backward {
  virtual void run(const Gradient& d_out, InputGradients& d_inputs) const = 0;
  virtual ~Backward() = default;
};

/// Adds a record of `output` made from `inputs`; returns the place for a Backward of `bytes` bytes, null if none is
/// needed. The Backward is to be constructed there at once, and given to end_record. If that fails, the record has
/// none.
void* begin_record(std::span<const Tensor* const> inputs, Tensor& output, std::size_t bytes);
void end_record(Backward* backward);

/// f(d_out, …), which takes the gradient as it is or, as most do, as one tensor.
template <class F, class... A>
decltype(auto) call_with_gradient(const F& f, const Gradient& d_out, A&... others) {
  if constexpr (std::is_invocable_v<const F&, const Gradient&, A&...>)
    return f(d_out, others...);
  else
    return f(d_out.to_dense(), others...);
}

/// For an op whose inputs' gradients share their work: run(d_out, d_inputs) adds to d_inputs what is wanted.
template <class F>
Tensor record_joint(std::span<const Tensor* const> inputs, Tensor output, F run) {
  struct Recorded final : Backward {
    explicit Recorded(F f) : function(std::move(f)) {}
    void run(const Gradient& d_out, InputGradients& d_inputs) const override {
      call_with_gradient(function, d_out, d_inputs);
    }
    F function;
  };
  static_assert(alignof(Recorded) <= alignof(std::max_align_t));
  if (void* place = begin_record(inputs, output, sizeof(Recorded))) end_record(new (place) Recorded(std::move(run)));
  return output;
}

/// "The gradient with respect to this input is f(d_out)."
template <class F>
struct Wrt {
  const Tensor& input;
  F gradient;
};
template <class F>
Wrt<F> wrt(const Tensor& input, F gradient) {
  return {input, std::move(gradient)};
}

/// Records `output`: one wrt(input, gradient) for each differentiable input. Gradients take a Tensor, or the Gradient
/// as it is; they return a Tensor, Rows or a Gradient.
///
///     return record(out, wrt(a, [b](const Tensor& d_out) { return d_out * b; }),
///                        wrt(b, [a](const Tensor& d_out) { return d_out * a; }));
template <class... F>
Tensor record(Tensor output, Wrt<F>... inputs) {
  if (!(is_tracked(inputs.input) || ...)) return output;
  const Tensor* const pointers[] = {&inputs.input...};
  return record_joint(
      pointers, std::move(output),
      [functions = std::tuple<F...>(std::move(inputs.gradient)...)](const Gradient& d_out, InputGradients& d_inputs) {
        std::size_t i = 0;
        std::apply(
            [&](const auto&... function) {
              ((d_inputs.wanted(i) ? d_inputs.add(i, call_with_gradient(function, d_out)) : void(), ++i), ...);
            },
            functions);
      });
}

}  // namespace cornu::detail
