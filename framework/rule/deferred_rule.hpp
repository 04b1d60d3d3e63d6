#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <cornu/framework/tensor/dtype.hpp>

namespace cornu::optim {

struct Step;
template <class T>
struct Elements;

/// Sums that an optimizer wants over the updates which a row has missed: S_n = Σ_j a_j · c_n(j) · Π_{i>j} (1 − λ_i),
/// where j = 1, 2, … counts the missed updates, a_j = IdleRule::scale of the j-th, and λ is the weight decay times the
/// learning rate. c_n(j) = 0 from j = length on, unless the series is endless: then c_0(j) = 1 for every j.
struct IdleSeries {
  std::size_t terms = 0;
  std::vector<double> coefficients = {};  ///< (length, terms), row j-1 for the j-th missed update
  bool endless = false;                   ///< one term, which is 1 for every j; λ_j / a_j is a constant

  std::size_t length() const { return terms == 0 ? 0 : coefficients.size() / terms; }
};

/// The updates that a row has missed since it was last current, none of which had a gradient for it, in numbers that
/// all rows last current at the same update share.
struct Missed {
  std::int64_t count = 0;             ///< k, at least 1
  double learning_rate = 0;           ///< of the last of them
  std::int64_t number = 0;            ///< of the last of them, from 1
  double lost = 0;                    ///< the part of the value that weight decay took, 1 − Π (1 − λ_j)
  std::span<const double> sums = {};  ///< S_n of the rule's series

  // The running averages of both over the missed updates, (1 − γ)·Σ_i γ^(k−i)·… after i of them, where the weights are
  // averaged:
  double kept_on_average = 0;  ///< of Π (1 − λ_j)
  std::span<const double> average_sums = {};

  /// The numbers with which idle() of a rule that is_linear() makes, of the value as it was, what the average takes
  /// from the missed updates.
  Missed averaged() const { return {count, learning_rate, number, 1 - kept_on_average, average_sums}; }
};

/// What k updates without a gradient do to a run of elements, in closed form: the second half of an optimizer's rule,
/// beside Optimizer::update. With it a table's rows are updated when they are next read, at a cost that does not depend
/// on the table's length. An object of its own, because missed updates may outlive the optimizer.
class IdleRule {
 public:
  virtual ~IdleRule() = default;

  /// The sums that idle() needs.
  virtual IdleSeries series() const;
  /// For sums whose coefficients c_n(j) change with the number of the update: writes those of this one, in the order of
  /// IdleSeries::coefficients, which are as many. Such updates are numbered one after the other, or every row is
  /// visited.
  virtual bool has_changing_coefficients() const { return false; }
  virtual void write_coefficients(const Step& step, std::span<double> coefficients) const;
  /// a of one update.
  virtual double scale(const Step& step) const;
  /// What the rule itself takes of a value at one update, as weight decay does: part of λ.
  virtual double decay(const Step& step) const;
  /// Whether the closed form holds for an update; for one that it does not hold for, every row is visited.
  virtual bool covers(const Step& step) const;
  /// Whether it does with weight decay beside the rule.
  virtual bool allows_weight_decay() const { return true; }
  /// Applies the missed updates to value and slots; elements.gradient is null. Weight decay is the rule's business too:
  /// value ← value − missed.lost · value + ….
  virtual void idle(const Missed& missed, const Elements<float>& elements) const = 0;
  virtual void idle(const Missed& missed, const Elements<double>& elements) const = 0;
  /// Whether the new value is linear in missed.lost and missed.sums, value ← value − lost · value + Σ_n sums[n] · …,
  /// with nothing else of the missed updates in it. Then an average of the values is had from averages of those
  /// numbers.
  virtual bool is_linear() const { return false; }
  /// Whether idle() runs over Elements::rows; for others, rows that lie apart are copied together.
  virtual bool takes_listed_rows() const { return false; }
};

/// The base of a rule that is written once for float and double: `template <class T> void idle_elements(…) const`.
template <class Self>
class ElementwiseIdleRule : public IdleRule {
 private:
  void idle(const Missed& missed, const Elements<float>& elements) const override {
    self().idle_elements(missed, elements);
  }
  void idle(const Missed& missed, const Elements<double>& elements) const override {
    self().idle_elements(missed, elements);
  }
  const Self& self() const { return static_cast<const Self&>(*this); }
};

}  // namespace cornu::optim
