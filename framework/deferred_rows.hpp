#pragma once
// Internal: a table whose rows are updated when they are next read.
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <cornu/framework/optimizer.hpp>
#include <cornu/framework/pending_updates.hpp>
#include <cornu/framework/update_history.hpp>

namespace cornu::optim {

/// Remembers for each row of a variable at which update it was last current, and applies the updates that it missed, in
/// closed form, when it is next read or has a gradient. While it lives, the variable and its slots ask it for their
/// values.
class DeferredRows final : public detail::PendingUpdates {
 public:
  using Stamp = UpdateHistory::Stamp;

  DeferredRows(std::shared_ptr<const IdleRule> rule, const Variable& variable, std::vector<Variable> slots);
  ~DeferredRows() override;

  /// Whether it costs less to update so many rows one by one than all of them in a row.
  static bool pays(std::size_t listed, const Variable& variable) {
    return 3 * listed <= static_cast<std::size_t>(variable.shape().front());
  }

  Tensor value(std::size_t part) const override;
  Tensor gather(const Tensor& ids) const override;
  void settle(const Tensor& ids) override;
  void settle() override;

  const IdleRule& rule() const { return *rule_; }
  std::size_t rows() const { return rows_; }
  /// Brings these rows up to date, and says that the coming update is to have them.
  void begin_update(std::span<const std::int32_t> rows);
  /// One more update: of the rows that begin_update() was told of, or of all of them after settle().
  void add_update(const IdleUpdate& update) { history_.add(update); }
  void add_update_of_all(const IdleUpdate& update);

 private:
  /// A row that has missed updates.
  struct Late {
    std::int32_t row;
    Stamp stamp;
  };
  Stamp stamp_of(std::size_t row) const;
  bool is_current() const { return all_current_ == history_.now(); }
  template <class T>
  Elements<T> elements() const;
  template <class Id>
  void stamp(std::span<const Id> rows, Stamp stamp);
  void sort_by_stamp(std::span<const Late> late);
  void settle_late(std::span<const Late> late, Stamp stamp);
  template <class T>
  void settle_sorted(Stamp stamp);
  template <class T>
  void copy_settled(std::size_t row, T* const* to) const;

  std::shared_ptr<const IdleRule> rule_;
  detail::VariableBody* variable_;
  std::vector<Variable> slots_;
  std::size_t rows_, row_size_;
  UpdateHistory history_;
  Tensor stamps_;          // (rows,) int32
  Stamp all_current_ = 0;  // every row was current then
  std::vector<Late> late_, sorted_;
  std::vector<std::uint32_t> starts_;
  std::vector<std::int32_t> rows_of_one_stamp_;
};

}  // namespace cornu::optim
