#pragma once
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/registry/config.hpp>
#include <cornu/framework/registry/handle.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim {

/// A learning rate that changes in the course of training. `step` is the number of batches before this one, from 0, as
/// in Keras: under gradient accumulation each batch counts. It must be a pure function: an optimizer may ask for
/// earlier steps again.
///
///     struct Halving final : optim::LearningRateSchedule {
///       double operator()(std::int64_t step) const override { return std::ldexp(0.1, -static_cast<int>(step / 100)); }
///     };
///     optim::SGD optimizer({.learning_rate = Halving()});
class LearningRateSchedule {
 public:
  virtual ~LearningRateSchedule() = default;
  virtual double operator()(std::int64_t step) const = 0;
  /// As Keras's files write it. By itself registered_object(*this), without options; of a function, unnamed_function().
  virtual Config to_config() const;
  const std::string& name() const { return name_; }

 protected:
  /// `name` is for the errors.
  explicit LearningRateSchedule(std::string name = "schedule") : name_(std::move(name)) {}

 private:
  std::string name_;
};

/// A function from the step's number to a learning rate that is not a LearningRateSchedule.
template <class F>
concept LearningRateFunction =
    !std::derived_from<F, LearningRateSchedule> && std::is_invocable_r_v<double, const F&, std::int64_t>;

/// How far a step goes: a number, a schedule, or a function of the step's number. Float32, as Keras keeps it.
///
///     .learning_rate = 0.1
///     .learning_rate = optim::schedules::CosineDecay(0.1, 1000)
///     .learning_rate = [](std::int64_t step) { return 0.1 / (1 + 0.01 * step); }
class LearningRate {
 public:
  /// Throws ValueError unless finite and at least 0.
  LearningRate(double value);  // {.learning_rate = 0.1}
  template <std::derived_from<LearningRateSchedule> T>
  LearningRate(T schedule) : schedule_(std::make_shared<const T>(std::move(schedule))) {}
  template <std::derived_from<LearningRateSchedule> T>
  LearningRate(std::shared_ptr<T> schedule) : schedule_(std::move(schedule)) {}
  template <LearningRateFunction F>
  LearningRate(F function) : schedule_(std::make_shared<const OfFunction<F>>(std::move(function))) {}

  /// The learning rate of a step. Throws ValueError when the schedule gives one that is not finite or is below 0.
  double at(std::int64_t step) const;
  bool is_scheduled() const { return schedule_ != nullptr; }
  /// Null when there is none.
  const std::shared_ptr<const LearningRateSchedule>& schedule() const { return schedule_; }

 private:
  template <class F>
  struct OfFunction final : LearningRateSchedule {
    explicit OfFunction(F given) : function(std::move(given)) {}
    double operator()(std::int64_t step) const override { return function(step); }
    Config to_config() const override { return unnamed_function(); }
    F function;
  };

  double value_ = 0;
  std::shared_ptr<const LearningRateSchedule> schedule_;
};

/// A number or a schedule, as Keras's files have them.
void read_value(const ConfigView& view, LearningRate& value);
Config value_of(const LearningRate& value);

}  // namespace cornu::optim

namespace cornu {

/// Throws ValueError: each schedule takes more than a name.
template <>
std::shared_ptr<optim::LearningRateSchedule> from_name<optim::LearningRateSchedule>(std::string_view name);
/// See from_config in registry/handle.hpp (optim/schedules/by_name.cpp).
template <>
std::shared_ptr<optim::LearningRateSchedule> from_config<optim::LearningRateSchedule>(const ConfigView& object);

}  // namespace cornu
CORNU_EXPORT_END
