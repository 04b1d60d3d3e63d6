#pragma once
#include <cstdint>
#include <memory>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// The gradient of a table that was read by rows: for each id that occurs, one row of values. Every other row is zero.
struct Rows {
  Rows(Tensor row_ids, Tensor row_values, const Shape& shape)
      : ids(std::move(row_ids)), values(std::move(row_values)), table_shape(shape) {}

  Tensor ids;         ///< (n,) int32, no id twice, in order of first appearance
  Tensor values;      ///< (n, …): the gradient of row ids[i]
  Shape table_shape;  ///< (rows, …): shape of the table

  /// Sums the rows of `values` (ids' shape + …) whose ids are equal, in their order: what one_hot(ids)ᵀ · values holds
  /// in its rows that are not zero. The cost depends on the number of ids alone. Ids must lie in 0 … table_shape[0]-1.
  static Rows sum_by_id(const Tensor& ids, const Tensor& values, const Shape& table_shape);

  /// The whole table's gradient, (rows, …).
  Tensor to_dense() const;

  /// Internal: rows whose ids the caller knows to be in range and all different. Optimizers check the ids of others.
  static Rows of_checked_ids(Tensor row_ids, Tensor row_values, const Shape& shape) {
    Rows rows(std::move(row_ids), std::move(row_values), shape);
    rows.has_checked_ids_ = true;
    return rows;
  }
  bool has_checked_ids() const { return has_checked_ids_; }

 private:
  bool has_checked_ids_ = false;
};

namespace detail {
/// Internal: a gradient (samples, steps, …) in which all steps of a sample are equal, or zero. A mean over the steps
/// passes it back.
struct Repeated {
  Tensor values;       ///< (samples, …)
  std::int64_t steps;  ///< 1 or more
  Tensor counts;       ///< (samples, steps) bool, false where the gradient is zero; empty: it is zero nowhere

  Tensor to_dense() const;
};

/// Internal: a gradient (samples, …) that its taker may write out a sample at a time, and use while that is in the
/// cache. Max pooling passes it back.
class BySample {
 public:
  virtual ~BySample() = default;
  virtual Tensor to_dense() const = 0;
  /// Writes sample `number`, in the dtype that to_dense() has.
  virtual void write(std::int64_t number, void* sample) const = 0;
  /// The same where that of which this is the gradient is above 0, and 0 elsewhere: what relu passes back.
  virtual std::shared_ptr<const BySample> through_relu() const = 0;
};
}  // namespace detail

/// What a tape answers for one source: a dense tensor of the source's shape, rows of it, or nothing when the target
/// does not depend on the source (empty() is true).
class Gradient {
 public:
  Gradient() = default;
  Gradient(Tensor dense) : values_(std::move(dense)) {}  // a Tensor is a gradient
  Gradient(Rows rows)
      : values_(std::move(rows.values)),
        ids_(std::move(rows.ids)),
        table_shape_(rows.table_shape),
        has_checked_ids_(rows.has_checked_ids()) {}
  explicit Gradient(detail::Repeated repeated)  ///< written out only where that is needed
      : values_(std::move(repeated.values)), counts_(std::move(repeated.counts)), steps_(repeated.steps) {}
  explicit Gradient(std::shared_ptr<const detail::BySample> by_sample) : by_sample_(std::move(by_sample)) {}

  /// What a tape answers is none, dense or rows.
  enum class Kind : std::uint8_t { none, dense, rows, repeated, by_sample };
  Kind kind() const {
    if (by_sample_) return Kind::by_sample;
    if (!values_.defined()) return Kind::none;
    if (ids_.defined()) return Kind::rows;
    return steps_ > 0 ? Kind::repeated : Kind::dense;
  }
  bool empty() const { return kind() == Kind::none; }
  bool is_rows() const { return kind() == Kind::rows; }

  /// Throws StateError unless is_rows().
  Rows rows() const;
  /// The gradient as one tensor of the source's shape. Throws StateError when empty().
  Tensor to_dense() const;

  /// Internal: whether to_dense() need not write it out first; and from what it does, null for other kinds.
  bool is_written() const { return kind() != Kind::repeated && kind() != Kind::by_sample; }
  bool is_repeated() const { return kind() == Kind::repeated; }
  detail::Repeated repeated() const { return {values_, steps_, counts_}; }
  const std::shared_ptr<const detail::BySample>& by_sample() const { return by_sample_; }

  /// Adds `other` (of the same source). Rows stay rows as long as both are.
  void add(const Gradient& other);

 private:
  Tensor values_;
  // Of rows:
  Tensor ids_;
  Shape table_shape_;
  bool has_checked_ids_ = false;
  // Of what is repeated:
  Tensor counts_;
  std::int64_t steps_ = 0;
  std::shared_ptr<const detail::BySample> by_sample_;
};

}  // namespace cornu
CORNU_EXPORT_END
