#include <cornu/framework/autodiff/tape.hpp>

#include <fmt/core.h>

#include <new>

#include <cornu/framework/autodiff/profiler.hpp>
#include <cornu/framework/autodiff/record.hpp>
#include <cornu/framework/autodiff/trace.hpp>
#include <cornu/framework/base/errors.hpp>

namespace cornu {

using detail::Trace;

// What a gradient is taken with respect to: a variable, or the tensor that a record made.
struct GradientTape::Source {
  std::uint64_t variable = 0;
  std::uint32_t record = 0;
};

namespace {

// While it lives, the tapes that are open now do not record; a tape that a gradient function opens does.
class Pause {
 public:
  Pause(Trace& trace, bool pause) : trace_(trace), before_(trace.asleep) {
    if (pause) trace.asleep = trace.live();
  }
  ~Pause() { trace_.asleep = before_; }
  Pause(const Pause&) = delete;
  Pause& operator=(const Pause&) = delete;

 private:
  Trace& trace_;
  int before_;
};

// The thread's vector of adjoints, so that steps in steady state allocate nothing; a pass within a pass gets a new one.
class Adjoints {
 public:
  Adjoints(Trace& trace, std::size_t records) : trace_(trace), values_(std::move(trace.adjoints)) {
    values_.resize(records);
  }
  ~Adjoints() {
    values_.clear();
    trace_.adjoints = std::move(values_);
  }
  Adjoints(const Adjoints&) = delete;
  Adjoints& operator=(const Adjoints&) = delete;
  std::span<Gradient> all() { return values_; }
  Gradient& operator[](std::size_t i) { return values_[i]; }

 private:
  Trace& trace_;
  std::vector<Gradient> values_;
};

}  // namespace

namespace detail {

std::size_t InputGradients::size() const { return trace_.record(record_).inputs; }
bool InputGradients::wanted(std::size_t input) const { return trace_.input_of(record_, input) > start_; }
void InputGradients::add(std::size_t input, const Gradient& gradient) {
  adjoints_[trace_.input_of(record_, input) - 1 - start_].add(gradient);
}

}  // namespace detail

GradientTape::GradientTape(GradientTapeOptions options) : options_(options) {
  Trace& trace = Trace::of_this_thread();
  trace.open();
  trace.automatic += options_.watch_accessed_variables ? 1 : 0;
  start_ = trace.size();
  trace_ = trace.id();
  number_ = trace.last_tape();
}

namespace {
void close(const GradientTapeOptions& options) {
  Trace& trace = Trace::of_this_thread();
  trace.automatic -= options.watch_accessed_variables ? 1 : 0;
  trace.close();
}
}  // namespace

namespace {
void close_elsewhere(std::uint64_t trace, const GradientTapeOptions& options) noexcept {
  try {
    Trace::end_elsewhere(trace, options.watch_accessed_variables);
  } catch (const std::bad_alloc&) {  // then its thread goes on recording
  }
}
}  // namespace

GradientTape::~GradientTape() {
  if (used_) return;
  const bool is_here = Trace::of_this_thread().id() == trace_;
  is_here ? close(options_) : close_elsewhere(trace_, options_);
}

void GradientTape::watch(const Tensor& tensor) {
  if (used_)
    throw StateError("GradientTape::watch", "the tape has been used up; create a new one, or a persistent one");
  if (!is_floating(tensor.dtype()))
    throw ValueError(
        "GradientTape::watch",
        fmt::format("cannot differentiate; got dtype {}; expected float32 or float64", name_of(tensor.dtype())));
  Trace::of_this_thread().watch(tensor);
}

void GradientTape::watch(const Variable& variable) {
  if (used_)
    throw StateError("GradientTape::watch", "the tape has been used up; create a new one, or a persistent one");
  Trace::of_this_thread().watch(variable.body());
}

void GradientTape::check_usable(const Tensor& target) const {
  if (used_)
    throw StateError("GradientTape::gradient",
                     "the tape has been used up by an earlier gradient(); create a new tape each step, or one with "
                     "{.persistent = true}");
  if (!target.defined() || !is_floating(target.dtype()))
    throw ValueError("GradientTape::gradient", "cannot differentiate the target; expected a float32 or float64 tensor");
  const Trace& trace = Trace::of_this_thread();
  if (trace.id() != trace_)
    throw StateError("GradientTape::gradient", "the tape lives on another thread; use a tape where it was created");
  if (trace.is_stale(target))
    throw StateError("GradientTape::gradient",
                     "the target was computed under another tape, which is gone; compute it while this tape lives");
  const std::size_t number = trace.record_of(target);
  if (number > 0 ? number <= start_ : !trace.is_made_since(target, number_))
    throw StateError("GradientTape::gradient",
                     "the target is older than the tape; compute it while this tape lives, or ask the outer tape");
}

void GradientTape::differentiate(const Tensor& target, std::span<const Source> sources, std::span<Gradient> results) {
  Trace& trace = Trace::of_this_thread();
  for (Gradient& result : results) result = Gradient();
  const std::size_t top = trace.record_of(target);
  if (top > start_) {
    const Pause pause(trace, !trace.is_shared() && !options_.higher_order);
    const auto timed = detail::Timed::backward_pass();
    detail::Profiler* const profiler = detail::Profiler::running();
    Adjoints adjoints(trace, top - start_);
    adjoints[top - 1 - start_] = Tensor::ones(target.shape(), target.dtype());
    for (std::size_t number = top; number > start_; --number) {
      Gradient d_out = std::move(adjoints[number - 1 - start_]);
      if (d_out.empty()) continue;
      const detail::Record record = trace.record(number - 1);
      if (profiler) profiler->begin({record.owner, detail::Profiler::Work::backward});
      for (std::size_t i = 0; i < sources.size(); ++i)
        if (record.variable ? sources[i].variable == record.variable : sources[i].record == number)
          // Callers see tensors and rows only.
          results[i].add(d_out.is_written() ? d_out : Gradient(d_out.to_dense()));
      if (!record.backward) continue;
      detail::InputGradients d_inputs(trace, number - 1, start_, adjoints.all());
      record.backward->run(d_out, d_inputs);
    }
  }
  if (options_.persistent) return;
  used_ = true;
  close(options_);
}

void GradientTape::gradients(const Tensor& target, std::span<const Variable* const> sources,
                             std::span<Gradient> results) {
  check_usable(target);
  constexpr std::size_t few = 64;
  std::array<Source, few> in_place;
  std::vector<Source> on_heap(sources.size() > few ? sources.size() : 0);
  const std::span<Source> all =
      sources.size() > few ? std::span<Source>(on_heap) : std::span(in_place).first(sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) all[i].variable = sources[i]->body().id;
  differentiate(target, all, results);
}

Gradient GradientTape::gradient(const Tensor& target, const Variable& source) {
  Gradient result;
  const Variable* const pointer = &source;
  gradients(target, {&pointer, 1}, {&result, 1});
  return result;
}

Gradient GradientTape::gradient(const Tensor& target, const Tensor& source) {
  check_usable(target);
  Gradient result;
  const Source wanted{0, Trace::of_this_thread().first_record_of(source, start_)};
  if (wanted.record <= start_)
    throw StateError("GradientTape::gradient",
                     "the tape does not follow the source; watch() it before computing with it");
  differentiate(target, {&wanted, 1}, {&result, 1});
  return result;
}

std::vector<Gradient> GradientTape::gradient(const Tensor& target, const std::vector<Variable>& sources) {
  std::vector<Gradient> results(sources.size());
  std::vector<const Variable*> pointers;
  for (const Variable& source : sources) pointers.push_back(&source);
  gradients(target, pointers, results);
  return results;
}

Tensor stop_gradient(const Tensor& tensor) { return tensor.with_shape(tensor.shape()); }

namespace {

std::vector<Tensor> checked(std::vector<Tensor> gradients, const std::vector<Tensor>& inputs) {
  if (gradients.size() != inputs.size())
    throw ShapeError("custom_gradient", fmt::format("wrong number of gradients; got {}; expected {}, one an input",
                                                    gradients.size(), inputs.size()));
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (gradients[i].defined() && gradients[i].shape() != inputs[i].shape())
      throw ShapeError("custom_gradient",
                       fmt::format("gradient {} has another shape than its input; got {}; expected {}", i,
                                   gradients[i].shape(), inputs[i].shape()));
  return gradients;
}

}  // namespace

Tensor custom_gradient(const std::vector<Tensor>& inputs, const Tensor& output,
                       Callable<std::vector<Tensor>(const Tensor&)> backward) {
  std::vector<const Tensor*> pointers;
  for (const Tensor& input : inputs) pointers.push_back(&input);
  return detail::record_joint(pointers, output.with_shape(output.shape()),
                              [inputs, backward = std::move(backward)](const Tensor& d_out, detail::InputGradients& d) {
                                const std::vector<Tensor> gradients = checked(backward(d_out), inputs);
                                for (std::size_t i = 0; i < gradients.size(); ++i)
                                  if (d.wanted(i) && gradients[i].defined()) d.add(i, gradients[i]);
                              });
}

}  // namespace cornu
