#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/rule/elements.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim {

/// Sums over the updates that a row has missed, S_n = Σ_j a_j · c_n(j) · Π_{i>j} (1 − λ_i). The index j = 1, 2, …
/// counts the missed updates, a_j is DeferredRule::scale of the j-th, and λ_j is the part of a value that the j-th
/// takes away (weight decay times learning rate, and DeferredRule::decay). The page "Rows that wait" derives them.
struct Series {
  std::size_t terms = 0;                  ///< how many sums there are
  std::vector<double> coefficients = {};  ///< (length, terms): c_n(j) in row j-1; 0 for j > length
  bool endless = false;                   ///< one sum, with c_0(j) = 1 for every j

  std::size_t length() const { return terms == 0 ? 0 : coefficients.size() / terms; }
};

/// The updates that a row has missed, in numbers that all rows with the same stamp share.
struct MissedUpdates {
  std::int64_t count = 0;             ///< k, at least 1
  double learning_rate = 0;           ///< of the last of them
  std::int64_t number = 0;            ///< of the last of them, from 1
  double lost = 0;                    ///< the part of the value that they took away, 1 − Π (1 − λ_j)
  std::span<const double> sums = {};  ///< S_n of the rule's series

  // With use_ema: running averages (1 − γ)·Σ_i γ^(k−i)·x_i of a number x, where x_i is x after i missed updates.
  double kept_on_average = 0;                 ///< x = Π (1 − λ_j)
  std::span<const double> average_sums = {};  ///< x = S_n

  /// The same updates, with the averages in place of the final numbers. With them apply() of a rule that is_linear()
  /// turns a value w into (1 − γ)·Σ_i γ^(k−i)·w_i, which the missed updates add to the average of the weights.
  MissedUpdates averaged() const { return {count, learning_rate, number, 1 - kept_on_average, average_sums}; }
};

/// What k updates without a gradient do to a run of elements, in closed form. It is the second half of an optimizer's
/// rule, beside Optimizer::update: with it an optimizer updates a row when the row is next read, at a cost that does
/// not depend on the table's length. It is an object of its own because missed updates may outlive the optimizer.
class DeferredRule {
 public:
  virtual ~DeferredRule() = default;

  /// The sums that apply() needs.
  virtual Series series() const;
  /// Whether the coefficients c_n(j) change with Step::number. Then an update whose number does not follow the last
  /// one's visits every row.
  virtual bool has_changing_coefficients() const { return false; }
  /// Writes the coefficients of one update: as many as Series::coefficients has, in its order.
  virtual void write_coefficients(const Step& step, std::span<double> coefficients) const;
  /// a of one update.
  virtual double scale(const Step& step) const;
  /// The part of a value that the rule itself takes away at one update, as weight decay does.
  virtual double decay(const Step& step) const;
  /// Whether the closed form holds for an update. Where it does not hold, every row is visited.
  virtual bool covers(const Step& step) const;
  /// Whether the closed form holds with weight decay beside the rule.
  virtual bool allows_weight_decay() const { return true; }
  /// Applies the missed updates to value and slots; elements.gradient is null. This includes what weight decay took:
  /// value ← value − missed.lost · value + ….
  virtual void apply(const MissedUpdates& missed, const Elements<float>& elements) const = 0;
  virtual void apply(const MissedUpdates& missed, const Elements<double>& elements) const = 0;
  /// Whether the new value is linear in missed.lost and missed.sums and depends on nothing else of the missed updates:
  /// value ← value − lost · value + Σ_n sums[n] · …. Then the average of the values follows from averages of those
  /// numbers.
  virtual bool is_linear() const { return false; }
  /// Whether apply() takes Elements::rows. For other rules, rows that lie apart are copied together.
  virtual bool takes_listed_rows() const { return false; }
  /// Whether apply() may be called from several threads at a time, each with other elements.
  virtual bool runs_on_threads() const { return false; }
};

/// The base of a rule that is written once for float and double: `template <class T> void apply_elements(…) const`.
template <class Self>
class ElementwiseDeferredRule : public DeferredRule {
 private:
  void apply(const MissedUpdates& missed, const Elements<float>& elements) const override {
    self().apply_elements(missed, elements);
  }
  void apply(const MissedUpdates& missed, const Elements<double>& elements) const override {
    self().apply_elements(missed, elements);
  }
  const Self& self() const { return static_cast<const Self&>(*this); }
};

}  // namespace cornu::optim
CORNU_EXPORT_END
