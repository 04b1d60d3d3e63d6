#pragma once
// Internal: the figure that a callback watches, and when it has improved.
#include <optional>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/model/history.hpp>
#include <cornu/framework/model/model.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::callbacks::detail {

/// The best value so far of a figure. A NaN is never an improvement, also not the first value; equal values are none,
/// nor is a change of exactly min_delta. With a min_delta numbers are compared in float32, as Keras does: 0.8 and 0.7
/// differ by 0.1 there.
class Monitor {
 public:
  /// `mode` is "min", "max" or "auto", which asks the metric. The sign of min_delta does not matter. Throws ValueError
  /// for another mode, and for a min_delta that is not finite.
  Monitor(const char* where, std::string name, std::string mode, double min_delta = 0);

  const std::string& name() const { return name_; }
  /// For mode "auto": throws ValueError for a figure of which it is not known whether more is better.
  void begin(const Model& model);
  /// The figure, if it is among the logs. If it is not there the first time already, says so, and with `then` what
  /// follows: "nothing is saved".
  std::optional<double> value_in(const Logs& logs, const char* then);

  bool improves(double value) const { return improves_on(best_, value); }
  /// Anything but a NaN improves on nothing.
  bool improves_on(std::optional<double> reference, double value) const;
  void take(double value) { best_ = value; }
  void forget() { best_.reset(); }
  std::optional<double> best() const { return best_; }

  /// The best value, for backups: (1,) float64, or (0,) while there is none. set_state() throws ValueError for others.
  Tensor state() const;
  void set_state(const Tensor& state);

 private:
  std::string where_, name_, mode_;
  double min_delta_;
  bool more_is_better_ = false;
  bool is_known_ = false;  // there was the figure, or it was said that it is missing
  std::optional<double> best_;
};

}  // namespace cornu::callbacks::detail
CORNU_EXPORT_END
