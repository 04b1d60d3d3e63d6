#pragma once
// Internal: schedules as objects of files.
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include <cornu/framework/registry/options.hpp>

namespace cornu::optim::schedules {

/// A number of steps; Keras writes whole floats too.
struct Steps {
  std::int64_t count = 0;
};
inline void read_value(const ConfigView& view, Steps& value) {
  constexpr double largest = 9e15;  // up to here a double is one number
  const double count = view.as_double();
  if (!(std::abs(count) <= largest) || count != std::floor(count)) view.refuse("a whole number of steps");
  value.count = static_cast<std::int64_t>(count);
}
inline Config value_of(const Steps& value) { return value.count; }

template <class EachOption, class... Values>
Config schedule_object(std::string class_name, const EachOption& each_option, const Values&... values) {
  return keras_object("keras.optimizers.schedules", std::move(class_name))
      .set("config", write_options(Config::object(), each_option, values...));
}

}  // namespace cornu::optim::schedules
