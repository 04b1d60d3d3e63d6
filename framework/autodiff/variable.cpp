#include <cornu/framework/autodiff/variable.hpp>

#include <fmt/core.h>

#include <atomic>
#include <cstring>

#include <cornu/framework/autodiff/deferred.hpp>
#include <cornu/framework/autodiff/trace.hpp>
#include <cornu/framework/base/errors.hpp>

namespace cornu {

std::uint64_t detail::next_variable_id() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

Variable::Variable(Tensor value, VariableOptions options) : body_(std::make_shared<detail::VariableBody>()) {
  if (!value.defined() || value.is_symbolic())
    throw ValueError("Variable", "no value; got an empty or symbolic tensor; expected one with elements");
  body_->value = value.with_shape(value.shape());
  body_->name = std::move(options.name);
  body_->trainable = options.trainable;
}

Variable::Variable(const Variable& other) noexcept = default;
Variable& Variable::operator=(const Variable& other) noexcept = default;
Variable& Variable::operator=(Variable&& other) noexcept = default;
Variable::~Variable() = default;

namespace {

void settle(const detail::VariableBody& variable) {
  if (variable.rows.deferred) variable.rows.deferred->settle();
}

}  // namespace

Tensor Variable::value() const {
  detail::VariableBody& variable = body();
  detail::Trace& trace = detail::Trace::of_this_thread();
  if (!trace.is_watched(variable)) return peek();
  settle(variable);
  return trace.add_leaf(variable, variable.value);
}

Tensor Variable::peek() const {
  const detail::VariableBody& variable = body();
  return variable.rows.deferred ? variable.rows.deferred->value(variable.rows.part) : variable.value;
}

void Variable::assign(const Tensor& value) {
  detail::VariableBody& variable = body();
  if (value.shape() != variable.value.shape())
    throw ShapeError("Variable::assign", fmt::format("another shape; got {} for variable '{}'; expected {}",
                                                     value.shape(), variable.name, variable.value.shape()));
  if (value.dtype() != variable.value.dtype())
    throw ValueError("Variable::assign",
                     fmt::format("another dtype; got {} for variable '{}'; expected {}", name_of(value.dtype()),
                                 variable.name, name_of(variable.value.dtype())));
  if (value.is_symbolic()) throw ValueError("Variable::assign", "no value; got a symbolic tensor; expected elements");
  settle(variable);  // the slots go on as if each update had been made in its time
  variable.value = value.with_shape(value.shape());
  ++variable.assigned;
}

// A table that is frozen is read more often than written: its rows are settled once.
void Variable::set_trainable(bool trainable) {
  if (!trainable) settle(body());
  body().trainable = trainable;
}

Tensor& detail::exclusive(Tensor& value) {
  const detail::TensorBody* tensor = value.identity();
  if (tensor->references.load() > 1 || tensor->storage->references.load() > 1) {
    Tensor copy = Tensor::uninitialized(value.shape(), value.dtype());
    std::memcpy(copy.identity()->storage->bytes, tensor->storage->bytes, value.nbytes());
    value = std::move(copy);
  }
  return value;
}

Tensor& detail::writable(VariableBody& variable) {
  settle(variable);
  return exclusive(variable.value);
}

Tensor& Variable::writable() const {
  ++body().assigned;
  return detail::writable(body());
}

void Variable::add_slot(const Variable& slot, double initial, bool starts_as_value) const {
  std::erase_if(body().rows.slots, [](const detail::RowSlot& old) { return old.slot.expired(); });
  body().rows.slots.push_back({slot.body_, initial, starts_as_value});
}

Tensor& Variable::writable(const Tensor& ids) const {
  detail::VariableBody& variable = body();
  if (!variable.rows.deferred || variable.rows.part != 0) return writable();
  ++variable.assigned;
  variable.rows.deferred->settle(ids);
  return detail::exclusive(variable.value);
}

void Variable::throw_undefined() {
  throw StateError("Variable",
                   "the variable holds nothing; got a default-constructed Variable; make it with a value, or "
                   "with add_weight in build()");
}

}  // namespace cornu
