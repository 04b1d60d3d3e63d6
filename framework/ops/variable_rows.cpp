// Variable::gather and Variable::rows: what a variable does that is made of ops.
#include <optional>

#include <cornu/framework/autodiff/deferred.hpp>
#include <cornu/framework/autodiff/trace.hpp>
#include <cornu/framework/autodiff/variable.hpp>
#include <cornu/framework/ops/id_groups.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/rows.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu {

namespace {

bool may_lack_updates(const detail::VariableBody& variable, const Tensor& ids) {
  return variable.rows.deferred && variable.rows.part == 0 && !ids.is_symbolic();
}

void require_rows(const detail::VariableBody& variable, const Tensor& ids) {
  ops::require_integer("gather", ids);
  ops::require_ids("gather", ids, variable.value.dim(0));
}

// Whoever only looks is given copies of rows that may lack updates.
bool is_watched(const detail::VariableBody& variable) { return detail::Trace::of_this_thread().is_watched(variable); }

// A training step settles its rows.
Tensor settled(const detail::VariableBody& variable, const Tensor& ids, bool all_different) {
  variable.rows.deferred->settle(ids, all_different);
  return detail::Trace::of_this_thread().add_leaf(variable, variable.value);
}

}  // namespace

Tensor Variable::gather(const Tensor& ids) const {
  if (ids.is_symbolic()) body().weight.read_by_rows = true;
  if (!may_lack_updates(body(), ids)) return ops::gather(value(), ids);
  require_rows(body(), ids);
  return ops::gather_known(*this, ids);
}

Tensor ops::gather_known(const Variable& table, const Tensor& ids) {
  const detail::VariableBody& body = table.body();
  if (!may_lack_updates(body, ids)) return gather_grouped(table.value(), ids, std::nullopt);
  if (!is_watched(body)) return body.rows.deferred->gather(ids);
  const auto groups = detail::IdGroups::of(ids, body.value.dim(0));
  return gather_grouped(settled(body, groups.distinct, true), ids, groups);
}

std::pair<Tensor, Tensor> Variable::rows(const Tensor& ids) const {
  if (ids.is_symbolic()) body().weight.read_by_rows = true;
  if (!may_lack_updates(body(), ids)) return {value(), ids};
  require_rows(body(), ids);
  if (is_watched(body())) return {settled(body(), ids, false), ids};
  const Tensor rows = body().rows.deferred->gather(ids);
  return {rows.with_shape(shape().with(0, ids.size())), Tensor::arange(ids.size()).with_shape(ids.shape())};
}

}  // namespace cornu
