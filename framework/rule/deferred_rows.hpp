#pragma once
// Internal: a table whose rows are updated when they are next read.
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <cornu/framework/autodiff/deferred.hpp>
#include <cornu/framework/autodiff/variable.hpp>
#include <cornu/framework/rule/elements.hpp>
#include <cornu/framework/rule/powers.hpp>
#include <cornu/framework/rule/update_history.hpp>

namespace cornu::optim {

/// Remembers the stamp of each row of a variable, and settles a row when training next reads it or has a gradient for
/// it. While it lives, the variable and its slots ask it for their values.
class DeferredRows final : public detail::Deferred {
 public:
  using Stamp = UpdateHistory::Stamp;

  /// `average`, if it is defined, follows the variable: a ← γ·a + (1 − γ)·w after each update.
  DeferredRows(std::shared_ptr<const DeferredRule> rule, const Variable& variable, std::vector<Variable> slots,
               const Variable& average = {}, double average_momentum = 0);
  ~DeferredRows() override;

  /// Whether updating so many listed rows costs less than updating the whole table from end to end.
  static bool pays(std::size_t listed, const Variable& variable) {
    return 3 * listed <= static_cast<std::size_t>(variable.shape().front());
  }

  Tensor value(std::size_t part) const override;
  Tensor gather(const Tensor& ids) const override;
  void settle(const Tensor& ids, bool all_different) override;
  void settle() override;

  /// Stamps, history, and the rows that lack updates as they lie, of variable and slots: what restore() needs so that
  /// training goes on with the same bits. Whoever saves the variable's value besides has the settled rows.
  std::vector<Tensor> state() const;
  /// Takes over a state of the same variable, slots and rule; rows that the state does not hold stay as they are.
  /// Throws ValueError, and changes nothing, for tensors that are no such state.
  void restore(const std::vector<Tensor>& state);

  /// Whether averages of the weights can be deferred too: the rule is linear, and a slot for the average is free.
  static bool can_average(const DeferredRule& rule, std::size_t slots) {
    return rule.is_linear() && slots < Elements<float>::max_slots;
  }

  /// Takes the memory that settling so many rows and the coming update need: begin_update() with no more of them and
  /// add_update() cannot fail then. When there is none, nothing has changed; the same holds for settle().
  void reserve(std::size_t listed);
  /// Settles these rows, all different, and gives them the stamp of the coming update, which is to visit them.
  void begin_update(std::span<const std::int32_t> rows);
  /// Whether rows without a gradient may miss this update; otherwise it has to visit all of them.
  bool covers(const Step& step, double weight_decay) const;
  /// Notes one more update: of the rows that begin_update() was given; or, after settle(), of all rows.
  void add_update(const Step& step, double weight_decay);
  void add_update_of_all(const Step& step, double weight_decay);

 private:
  /// A row that is too old to be sorted by counting.
  struct OldRow {
    std::int32_t row;
    Stamp stamp;
  };
  template <class T>
  class Settling;
  Stamp stamp_of(std::size_t row) const;
  bool is_current() const { return all_current_ == history_.now(); }
  template <class T>
  Elements<T> elements() const;
  template <class Id>
  std::size_t stamp(std::span<const Id> rows, bool all_different, Stamp stamp);
  template <class Id>
  void settle_stamped(std::span<const Id> rows, Stamp stamp);
  template <class Id>
  void sort_by_age(std::span<const Id> rows);
  template <class T>
  void settle_sorted(Stamp stamp);
  template <class T>
  void settle_piece(const Elements<T>& table, T* scratch, std::size_t first, std::size_t last) const;
  template <class Visit>
  void for_each_group(std::size_t first, std::size_t last, Visit visit) const;
  bool settles_in_place() const;
  template <class T>
  void apply(const MissedUpdates& missed, const Elements<T>& elements, T* scratch) const;
  template <class T>
  void copy_settled(std::size_t row, T* const* to, T* scratch) const;
  template <class T, class RowOf>
  void copy_all_settled(std::size_t count, const RowOf& row_of, std::size_t part, T* copy) const;

  std::shared_ptr<const DeferredRule> rule_;
  detail::VariableBody* variable_;
  std::vector<Variable> slots_;  // the rule's, then the average if there is one
  std::size_t rows_, row_size_;
  std::optional<detail::Powers> average_fading_;
  std::int64_t last_number_ = 0;  // of the updates so far
  std::vector<double> coefficients_;
  UpdateHistory history_;
  Tensor stamps_;          // (rows,) int32
  Stamp all_current_ = 0;  // no row's stamp is below this, whatever stamps_ says
  // Of the rows that are being settled:
  std::vector<Stamp> stamps_before_;
  std::vector<std::uint32_t> ends_;  // of the rows of each age among those sorted
  std::vector<std::int32_t> sorted_;
  std::vector<OldRow> old_;
  Tensor scratch_;  // for copies of value and slots, if there is an average and rows are long
};

}  // namespace cornu::optim
