#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <cornu/framework/dtype.hpp>
#include <cornu/framework/shape.hpp>

namespace cornu {

/// What get_config() answers: a value as JSON knows it. Objects keep the order of their keys.
///
///     return Config::object({{"units", units_}, {"activation", "relu"}});
class Config {
 public:
  using Member = std::pair<std::string, Config>;

  Config() = default;
  Config(std::nullptr_t) {}                                        // NOLINT(google-explicit-constructor)
  Config(bool value) : value_(value) {}                            // NOLINT(google-explicit-constructor)
  Config(int value) : value_(std::int64_t{value}) {}               // NOLINT(google-explicit-constructor)
  Config(std::int64_t value) : value_(value) {}                    // NOLINT(google-explicit-constructor)
  Config(double value) : value_(value) {}                          // NOLINT(google-explicit-constructor)
  Config(const char* value) : value_(std::string(value)) {}        // NOLINT(google-explicit-constructor)
  Config(std::string value) : value_(std::move(value)) {}          // NOLINT(google-explicit-constructor)
  Config(DType value) : value_(std::string(name_of(value))) {}     // NOLINT(google-explicit-constructor)
  Config(const Shape& shape);                                      // NOLINT(google-explicit-constructor): a list; None is null
  static Config object(std::vector<Member> members = {});
  static Config list(std::vector<Config> values = {});

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_object() const { return std::holds_alternative<Members>(value_); }
  /// A member of an object; null when there is none of that name. Throws ValueError unless is_object().
  const Config& operator[](std::string_view key) const;
  /// Adds or replaces a member.
  Config& set(std::string key, Config value);
  /// Adds the members of another object behind its own.
  Config& merge(const Config& other);

  /// The value. Throws ValueError when it is of another kind.
  bool as_bool() const;
  std::int64_t as_int() const;
  double as_double() const;
  const std::string& as_string() const;
  const std::vector<Config>& as_list() const;

  /// As JSON text, on one line.
  std::string to_json() const;

 private:
  using Members = std::vector<Member>;
  std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<Config>, Members> value_;
};

}  // namespace cornu
