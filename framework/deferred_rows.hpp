#pragma once
// Internal: a table whose rows are updated when they are next read.
#include <array>
#include <memory>
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

  Tensor value(std::size_t part) const override;
  Tensor gather(const Tensor& ids) const override;
  void settle(const Tensor& ids) override;
  void settle() override;

  const IdleRule& rule() const { return *rule_; }
  /// One more update: of the rows that were visited through Rows, or of all of them after settle().
  void add_update(const IdleUpdate& update) { history_.add(update); }
  void add_update_of_all(const IdleUpdate& update);

  /// The rows under work: pointers into variable and slots, taken once.
  template <class T>
  class Rows;

 private:
  Stamp stamp_of(std::size_t row) const;
  bool is_current() const { return all_current_ == history_.now(); }
  template <class T>
  Elements<T> elements() const;
  template <class T>
  void copy_settled(std::size_t row, T* const* to) const;

  std::shared_ptr<const IdleRule> rule_;
  detail::VariableBody* variable_;
  std::vector<Variable> slots_;
  std::size_t rows_, row_size_;
  UpdateHistory history_;
  Tensor stamps_;          // (rows,) int32
  Stamp all_current_ = 0;  // every row was current then
};

template <class T>
class DeferredRows::Rows {
 public:
  explicit Rows(DeferredRows& table);
  /// Asks for a row that is needed soon: tables are often larger than the caches.
  void prefetch_stamp(std::size_t row) const { __builtin_prefetch(stamps_ + row); }
  void prefetch(std::size_t row) const;
  /// Brings a row up to date.
  void settle(std::size_t row);
  /// The row's elements, for the update that add_update() will then tell of.
  Elements<T> update(std::size_t row);

 private:
  Elements<T> row(std::size_t row) const;

  DeferredRows& table_;
  Elements<T> all_;
  std::int32_t* stamps_;
  Stamp now_;
  std::array<double, 64> buffer_;
};

extern template class DeferredRows::Rows<float>;
extern template class DeferredRows::Rows<double>;

}  // namespace cornu::optim
