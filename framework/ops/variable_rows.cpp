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

// Whoever only looks is given copies of rows that may lack updates.
std::optional<Tensor> copies(const detail::VariableBody& variable, const Tensor& ids) {
  if (!may_lack_updates(variable, ids)) return std::nullopt;
  ops::require_integer("gather", ids);
  ops::require_ids("gather", ids, variable.value.dim(0));
  if (detail::Trace::of_this_thread().is_watched(variable)) return std::nullopt;
  return variable.rows.deferred->gather(ids);
}

// A training step settles its rows.
Tensor settled(const detail::VariableBody& variable, const Tensor& ids) {
  variable.rows.deferred->settle(ids);
  return detail::Trace::of_this_thread().add_leaf(variable, variable.value);
}

}  // namespace

Tensor Variable::gather(const Tensor& ids) const {
  if (ids.is_symbolic()) body().weight.read_by_rows = true;
  if (const std::optional<Tensor> rows = copies(body(), ids)) return *rows;
  if (!may_lack_updates(body(), ids)) return ops::gather(value(), ids);
  const auto groups = detail::IdGroups::of(ids, body().value.dim(0));
  return ops::gather_grouped(settled(body(), groups.distinct), ids, groups);
}

std::pair<Tensor, Tensor> Variable::rows(const Tensor& ids) const {
  if (ids.is_symbolic()) body().weight.read_by_rows = true;
  const std::optional<Tensor> rows = copies(body(), ids);
  if (!rows) return {may_lack_updates(body(), ids) ? settled(body(), ids) : value(), ids};
  return {rows->with_shape(shape().with(0, ids.size())), Tensor::arange(ids.size()).with_shape(ids.shape())};
}

}  // namespace cornu
