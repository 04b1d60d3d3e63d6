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

void detail::settle(const VariableBody& variable) {
  if (variable.rows.deferred) variable.rows.deferred->settle();
}

Tensor Variable::value() const {
  detail::VariableBody& variable = body();
  detail::Trace& trace = detail::Trace::of_this_thread();
  if (!trace.is_watched(variable)) return peek();
  detail::settle(variable);
  return trace.add_leaf(variable, variable.value);
}

Tensor Variable::peek() const {
  const detail::VariableBody& variable = body();
  return variable.rows.deferred ? variable.rows.deferred->value(variable.rows.part) : variable.value;
}

namespace {

void check_value(const detail::VariableBody& variable, const Tensor& value) {
  if (value.shape() != variable.value.shape())
    throw ShapeError("Variable::assign", fmt::format("another shape; got {} for variable '{}'; expected {}",
                                                     value.shape(), variable.name, variable.value.shape()));
  if (value.dtype() != variable.value.dtype())
    throw ValueError("Variable::assign",
                     fmt::format("another dtype; got {} for variable '{}'; expected {}", name_of(value.dtype()),
                                 variable.name, name_of(variable.value.dtype())));
  if (value.is_symbolic()) throw ValueError("Variable::assign", "no value; got a symbolic tensor; expected elements");
}

// What comes before a value is set, and may fail. The slots go on as if each update had been made in its time.
Tensor prepared_value(const detail::VariableBody& variable, const Tensor& value) {
  check_value(variable, value);
  detail::settle(variable);
  return value.with_shape(value.shape());
}

void set_value(detail::VariableBody& variable, Tensor value) {
  variable.value = std::move(value);
  ++variable.assigned;
}

}  // namespace

void Variable::assign(const Tensor& value) { set_value(body(), prepared_value(body(), value)); }

void detail::assign_all(const std::vector<Variable>& variables, const std::vector<Tensor>& values) {
  std::vector<Tensor> prepared;
  for (std::size_t i = 0; i < variables.size(); ++i) prepared.push_back(prepared_value(variables[i].body(), values[i]));
  for (std::size_t i = 0; i < variables.size(); ++i) set_value(variables[i].body(), std::move(prepared[i]));
}

// A table that is frozen is read more often than written: its rows are settled once.
void Variable::set_trainable(bool trainable) {
  if (!trainable) detail::settle(body());
  body().trainable = trainable;
}

Tensor& detail::exclusive(Tensor& value) {
  const detail::TensorBody* tensor = value.identity();
  if (tensor->references.holders() > 1 || tensor->storage->references.holders() > 1) {
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
  Tensor& value = detail::writable(body());
  ++body().assigned;
  return value;
}

void Variable::add_slot(const Variable& slot, double initial, bool starts_as_value) const {
  std::erase_if(body().rows.slots, [](const detail::RowSlot& old) { return old.slot.expired(); });
  body().rows.slots.push_back({slot.body_, initial, starts_as_value});
}

Tensor& Variable::writable(const Tensor& ids) const {
  detail::VariableBody& variable = body();
  if (!variable.rows.deferred || variable.rows.part != 0) return writable();
  variable.rows.deferred->settle(ids, false);
  Tensor& value = detail::exclusive(variable.value);
  ++variable.assigned;
  return value;
}

void Variable::throw_undefined() {
  throw StateError("Variable",
                   "the variable holds nothing; got a default-constructed Variable; make it with a value, or "
                   "with add_weight in build()");
}

}  // namespace cornu
