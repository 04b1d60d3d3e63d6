#pragma once
// Internal: the figure that a callback watches, and when it has improved.
#include <optional>
#include <string>

#include <cornu/framework/model/history.hpp>
#include <cornu/framework/model/model.hpp>

namespace cornu::callbacks::detail {

/// The best value so far of a figure. A NaN is never an improvement, also not the first value; equal values are none.
class Monitor {
 public:
  /// `mode` is "min", "max" or "auto", which asks the metric. Throws ValueError for another one.
  Monitor(const char* where, std::string name, std::string mode);

  const std::string& name() const { return name_; }
  /// For mode "auto": throws ValueError for a figure of which it is not known whether more is better.
  void begin(const Model& model);
  bool improves(double value) const;
  void take(double value) { best_ = value; }
  std::optional<double> best() const { return best_; }

 private:
  std::string where_, name_, mode_;
  bool more_is_better_ = false;
  std::optional<double> best_;
};

}  // namespace cornu::callbacks::detail
