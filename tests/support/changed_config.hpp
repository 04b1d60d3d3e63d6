#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <cornu/framework/registry/config.hpp>

namespace cornu::testing {

/// How many values a config has: itself, its items and members, theirs, and so on.
inline std::size_t count_values(const Config& config) {
  std::size_t count = 1;
  if (config.is_list())
    for (const Config& item : config.as_list()) count += count_values(item);
  if (config.is_object())
    for (const Config::Member& member : config.as_object()) count += count_values(member.second);
  return count;
}

/// A copy in which the value of some number, counted from 0 and from above, is what `change` makes of it.
class ChangedConfig {
 public:
  using Change = std::function<Config(const Config&)>;

  ChangedConfig(const Config& config, std::size_t number, const Change& change)
      : left_(number), change_(change), result_(copy(config)) {}

  const Config& result() const { return result_; }

 private:
  Config copy(const Config& value) {
    if (left_-- == 0) return change_(value);
    if (value.is_list()) {
      std::vector<Config> items;
      for (const Config& item : value.as_list()) items.push_back(copy(item));
      return Config::list(std::move(items));
    }
    if (!value.is_object()) return value;
    std::vector<Config::Member> members;
    for (const auto& [key, member] : value.as_object()) members.emplace_back(key, copy(member));
    return Config::object(std::move(members));
  }

  std::size_t left_;
  const Change& change_;
  Config result_;
};

inline Config changed_config(const Config& config, std::size_t number, const ChangedConfig::Change& change) {
  return ChangedConfig(config, number, change).result();
}

/// An object or a list without its part of some number; other values as they are.
inline Config without_part(const Config& value, std::size_t number) {
  if (value.is_object()) {
    std::vector<Config::Member> members = value.as_object();
    if (number < members.size()) members.erase(members.begin() + static_cast<std::ptrdiff_t>(number));
    return Config::object(std::move(members));
  }
  if (!value.is_list()) return value;
  std::vector<Config> items = value.as_list();
  if (number < items.size()) items.erase(items.begin() + static_cast<std::ptrdiff_t>(number));
  return Config::list(std::move(items));
}

/// What nobody expects where a config has something else.
inline std::vector<Config> unexpected_values() {
  return {nullptr,
          true,
          0,
          -1,
          1,
          7,
          1'000'000'000,
          std::int64_t{1'000'000'000'000},
          std::int64_t{9'223'372'036'854'775'807},
          -std::int64_t{9'223'372'036'854'775'807} - 1,
          0.5,
          -1e300,
          std::numeric_limits<double>::quiet_NaN(),
          std::numeric_limits<double>::infinity(),
          "",
          "relu",
          "Dense",
          "float64",
          "../../etc/passwd",
          "os.system",
          Config::list(),
          Config::list({Config::list({nullptr, -1}), 3}),
          Config::object(),
          Config::object({{"class_name", "Lambda"}, {"config", Config::object()}})};
}

}  // namespace cornu::testing
