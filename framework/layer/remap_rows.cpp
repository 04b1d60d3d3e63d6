#include <cornu/framework/layer/remap_rows.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include <cornu/framework/autodiff/deferred.hpp>
#include <cornu/framework/base/errors.hpp>

namespace cornu {

void require_rows(std::string_view where, std::span<const std::int64_t> rows, std::int64_t limit) {
  const auto wrong = std::find_if(rows.begin(), rows.end(), [&](std::int64_t row) { return row < -1 || row >= limit; });
  if (wrong != rows.end())
    throw IndexError(
        where, fmt::format("no such row; got {} at {}; expected -1 … {}", *wrong, wrong - rows.begin(), limit - 1));
}

namespace {

void check_rows(const Tensor& table, std::span<const std::int64_t> rows) {
  if (table.rank() == 0) throw ShapeError("remap_rows", "a scalar has no rows; got shape (); expected rank 1 or more");
  require_rows("remap_rows", rows, table.dim(0));
}

Tensor copy_of(const Tensor& x) {
  Tensor copy = Tensor::uninitialized(x.shape(), x.dtype());
  std::memcpy(copy.identity()->storage->bytes, x.identity()->storage->bytes, x.nbytes());
  return copy;
}

// `fresh` (new rows, …) with the old rows put where they belong.
Tensor remapped(const Tensor& old, std::span<const std::int64_t> rows, Tensor fresh) {
  const std::size_t bytes = rows.empty() ? 0 : fresh.nbytes() / rows.size();
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i] >= 0)
      std::memcpy(fresh.identity()->storage->bytes + i * bytes,
                  old.identity()->storage->bytes + static_cast<std::size_t>(rows[i]) * bytes, bytes);
  return fresh;
}

}  // namespace

void remap_rows(const Variable& variable, std::span<const std::int64_t> rows,
                const Handle<initializers::Initializer>& initializer) {
  detail::VariableBody& body = variable.body();
  check_rows(body.value, rows);
  if (body.rows.deferred) body.rows.deferred->settle();

  const auto shape_of = [&](const Tensor& old) { return old.shape().with(0, static_cast<std::int64_t>(rows.size())); };
  const Tensor made = (*initializer)(shape_of(body.value), body.value.dtype());
  const Tensor value = remapped(body.value, rows, copy_of(made));
  std::vector<std::pair<std::shared_ptr<detail::VariableBody>, Tensor>> slots;
  for (const detail::RowSlot& follower : body.rows.slots) {
    const auto slot = follower.slot.lock();
    if (!slot || slot->value.rank() == 0 || slot->value.dim(0) != body.value.dim(0)) continue;
    const Shape shape = shape_of(slot->value);
    slots.emplace_back(slot,
                       remapped(slot->value, rows,
                                follower.starts_as_value ? copy_of(value)
                                                         : Tensor::full(shape, follower.initial, slot->value.dtype())));
  }

  body.rows.let_go();
  body.value = value;
  ++body.assigned;
  for (const auto& [slot, its_value] : slots) {
    slot->rows.let_go();
    slot->value = its_value;
    ++slot->assigned;
  }
}

}  // namespace cornu
