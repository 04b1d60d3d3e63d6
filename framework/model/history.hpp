#pragma once
#include <fmt/core.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/shared.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

struct StepProfile;

/// Named figures, in the order they were made: what evaluate() returns and callbacks are shown.
///
///     model.evaluate(x, y)["loss"]
///     fmt::print("{:.3f}\n", model.evaluate(x, y));    // accuracy: 0.912, loss: 0.204
///
/// A NaN has no sign here: it reads "nan" wherever it is printed.
class Logs {
 public:
  using Entry = std::pair<std::string, double>;

  Logs() = default;
  Logs(std::initializer_list<Entry> entries);

  /// Throws IndexError, listing the names there are.
  double operator[](std::string_view name) const;
  double at(std::string_view name) const { return (*this)[name]; }
  bool contains(std::string_view name) const;
  /// Adds or replaces.
  void set(std::string_view name, double value);
  void clear() { entries_.clear(); }
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::vector<Entry> entries_;
};

/// What fit() returns: for each figure its value after each epoch, under Keras's names ("loss", "val_accuracy").
///
///     history["val_accuracy"].back()
class History {
 public:
  /// Throws IndexError, listing the names there are.
  const std::vector<double>& operator[](std::string_view name) const;
  bool contains(std::string_view name) const;
  /// The epochs' numbers, from initial_epoch on.
  const std::vector<std::int64_t>& epoch() const { return epochs_; }
  /// All series, in the order they appeared.
  const std::vector<std::pair<std::string, std::vector<double>>>& series() const { return series_; }
  void add(std::int64_t epoch, const Logs& logs);
  /// The figures of the last epoch; none before the first.
  const Logs& last() const { return last_; }
  /// Whether Ctrl-C ended the training. Its last epoch may lack batches then, and the figures of the validation.
  bool interrupted() const { return interrupted_; }
  void set_interrupted() { interrupted_ = true; }
  /// Where the time of a step went. Throws StateError unless fit() was given `.profile = true`.
  const StepProfile& profile() const;
  void set_profile(const StepProfile& profile);

 private:
  bool interrupted_ = false;
  std::vector<std::int64_t> epochs_;
  Logs last_;
  std::vector<std::pair<std::string, std::vector<double>>> series_;
  detail::Shared<const StepProfile> profile_;
};

}  // namespace cornu
CORNU_EXPORT_END

/// "accuracy: 0.9125, loss: 0.2041"; what stands in {:…} is for each number.
template <>
struct fmt::formatter<cornu::Logs> : fmt::formatter<double> {
  fmt::format_context::iterator format(const cornu::Logs& logs, fmt::format_context& context) const;
};
