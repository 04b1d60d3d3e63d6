#pragma once
// Internal: the updates that a variable's rows still lack.
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::detail {

/// What stands between a variable's elements and its value when an optimizer defers the updates of rows that have no
/// gradient: see "Rows that wait", framework/rule/README.md. The same object serves the variable (part 0) and its slots
/// (parts 1, 2, …). Whoever only looks is given copies; only a training step, or one who is about to write, brings
/// elements up to date in place.
class Deferred {
 public:
  virtual ~Deferred() = default;

  /// Part `part`, all rows up to date. Shares its elements with the variable when no row lacks an update.
  virtual Tensor value(std::size_t part) const = 0;
  /// Rows `ids` of the variable, up to date: ids' shape + the row's. The ids are in range.
  virtual Tensor gather(const Tensor& ids) const = 0;

  /// Brings these rows, or all, up to date in place.
  virtual void settle(const Tensor& ids) = 0;
  virtual void settle() = 0;
};

}  // namespace cornu::detail
