#pragma once
// Internal: metrics as objects of files.
#include <memory>
#include <string>
#include <utility>

#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/registry/options.hpp>

namespace cornu::metrics {

constexpr auto no_option = [](auto&, auto&...) {};

/// Metrics are computed in double, whatever Keras's dtype is.
template <class EachOption, class... Values>
Config metric_object(const Metric& metric, std::string class_name, const EachOption& each_option,
                     const Values&... values) {
  Config base = Config::object({{"name", metric.name()}, {"dtype", "float32"}});
  return keras_object("keras.metrics", std::move(class_name))
      .set("config", write_options(std::move(base), each_option, values...));
}

template <class T, class Options, class EachOption>
std::shared_ptr<T> metric_from(const ConfigView& config, const EachOption& each_option) {
  Options options;
  options.name = config.get("name", options.name);
  read_options(config, each_option, options);
  config.find("dtype");
  return std::make_shared<T>(std::move(options));
}

}  // namespace cornu::metrics
