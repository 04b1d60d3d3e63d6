#pragma once
// Internal: the updates that a variable's rows still lack.
#include <vector>

#include <cornu/framework/autodiff/variable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::detail {

/// What stands between a variable's elements and its value when an optimizer defers the updates of rows that have no
/// gradient: see "Rows that wait", framework/rule/README.md. The same object serves the variable (part 0) and its slots
/// (parts 1, 2, …). Whoever only looks is given copies; a training step, or whoever is about to write, settles rows.
class Deferred {
 public:
  virtual ~Deferred() = default;

  /// Part `part` with no update missing. Shares its elements with the variable when no row lacks an update.
  virtual Tensor value(std::size_t part) const = 0;
  /// Copies of rows `ids` of the variable with no update missing: ids' shape + the row's. The ids are in range.
  virtual Tensor gather(const Tensor& ids) const = 0;

  /// Applies the updates that these rows, or all, have missed, in place. `all_different`: no id occurs twice.
  virtual void settle(const Tensor& ids, bool all_different) = 0;
  virtual void settle() = 0;
};

/// Makes the updates that rows of the variable lack, if there are any. Whoever only looks sees no difference.
void settle(const VariableBody& variable);

}  // namespace cornu::detail

CORNU_EXPORT_BEGIN
namespace cornu::detail {

/// Assigns to each variable its value, or to none of them when that throws.
void assign_all(const std::vector<Variable>& variables, const std::vector<Tensor>& values);

}  // namespace cornu::detail
CORNU_EXPORT_END
