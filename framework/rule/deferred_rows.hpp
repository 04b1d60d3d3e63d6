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

/// Remembers for each row of a variable at which update it was last current, and applies the updates that it missed, in
/// closed form, when it is next read or has a gradient. While it lives, the variable and its slots ask it for their
/// values.
class DeferredRows final : public detail::Deferred {
 public:
  using Stamp = UpdateHistory::Stamp;

  /// `average`, if it is defined, follows the variable: a ← γ·a + (1 − γ)·w after each update.
  DeferredRows(std::shared_ptr<const DeferredRule> rule, const Variable& variable, std::vector<Variable> slots,
               const Variable& average = {}, double average_momentum = 0);
  ~DeferredRows() override;

  /// Whether it costs less to update so many rows one by one than all of them in a row.
  static bool pays(std::size_t listed, const Variable& variable) {
    return 3 * listed <= static_cast<std::size_t>(variable.shape().front());
  }

  Tensor value(std::size_t part) const override;
  Tensor gather(const Tensor& ids) const override;
  void settle(const Tensor& ids) override;
  void settle() override;

  /// Whether there is room for the average behind the rule's slots.
  static bool can_average(const DeferredRule& rule, std::size_t slots) {
    return rule.is_linear() && slots < Elements<float>::max_slots;
  }

  /// Brings these rows, all different, up to date, and says that the coming update is to have them.
  void begin_update(std::span<const std::int32_t> rows);
  /// Whether rows without a gradient may miss this update; otherwise it has to visit all of them.
  bool covers(const Step& step, double weight_decay) const;
  /// One more update: of the rows that begin_update() was told of, or of all of them after settle().
  void add_update(const Step& step, double weight_decay);
  void add_update_of_all(const Step& step, double weight_decay);

 private:
  /// A row that was last current so long ago that there are few like it.
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
  std::size_t stamp(std::span<const Id> rows, Stamp stamp);
  template <class Id>
  void settle_late(std::span<const Id> rows, Stamp stamp);
  template <class Id>
  void sort_by_age(std::span<const Id> rows);
  template <class T>
  void settle_sorted(Stamp stamp);
  template <class T>
  void apply(const MissedUpdates& missed, const Elements<T>& elements, T* scratch) const;
  template <class T>
  void copy_settled(std::size_t row, T* const* to, T* scratch) const;

  std::shared_ptr<const DeferredRule> rule_;
  detail::VariableBody* variable_;
  std::vector<Variable> slots_;  // the rule's, then the average if there is one
  std::size_t rows_, row_size_;
  std::optional<detail::Powers> average_fading_;
  std::int64_t last_number_ = 0;  // of the updates so far
  std::vector<double> coefficients_;
  UpdateHistory history_;
  Tensor stamps_;          // (rows,) int32
  Stamp all_current_ = 0;  // every row was current then
  // Of the rows that are being settled:
  std::vector<Stamp> stamps_before_;
  std::vector<std::uint32_t> ends_;  // of the rows of each age among those sorted
  std::vector<std::int32_t> sorted_;
  std::vector<OldRow> old_;
};

}  // namespace cornu::optim
