#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/dtype.hpp>
#include <cornu/framework/tensor/shape.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// What get_config() answers: a value as JSON knows it. Objects keep the order of their keys.
///
///     return Config::object({{"units", units_}, {"activation", "relu"}});
class Config {
 public:
  using Member = std::pair<std::string, Config>;

  Config();
  Config(std::nullptr_t);
  template <std::same_as<bool> T>  // a pointer is no bool
  Config(T value) : Config(from_bool(value)) {}
  Config(int value);
  Config(std::int64_t value);
  Config(double value);
  Config(const char* value);
  Config(std::string value);
  Config(DType value);
  Config(const Shape& shape);  // a list, in which None is null
  Config(const Config& other);
  Config(Config&& other) noexcept;
  Config& operator=(const Config& other);
  Config& operator=(Config&& other) noexcept;
  ~Config();
  static Config object(std::vector<Member> members = {});
  static Config list(std::vector<Config> values = {});

  bool is_null() const { return kind_ == Kind::null; }
  bool is_bool() const { return kind_ == Kind::boolean; }
  bool is_int() const { return kind_ == Kind::integer; }
  bool is_double() const { return kind_ == Kind::number; }
  bool is_string() const { return kind_ == Kind::text; }
  bool is_list() const { return kind_ == Kind::list; }
  bool is_object() const { return kind_ == Kind::object; }
  /// Whether an object has a member of that name, be it null. Throws ValueError unless is_object().
  bool contains(std::string_view key) const;
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
  const std::vector<Member>& as_object() const;

  /// The text that Python's json.dumps gives, byte for byte: on one line, or with `indent` blanks a level (0 is one
  /// line). Floating values are the shortest text that reads back, and NaN, Infinity or -Infinity; what is not ASCII
  /// is escaped by its code in hexadecimal digits. Throws ValueError for a string that is not UTF-8.
  std::string to_json(std::size_t indent = 0) const;

 private:
  enum class Kind : std::uint8_t { null, boolean, integer, number, text, list, object };
  static Config from_bool(bool value);
  void require(bool fits, const char* expected) const;

  Kind kind_ = Kind::null;
  std::int64_t integer_ = 0;  // of a bool too
  double number_ = 0;
  std::string text_;
  std::vector<Config> list_;
  std::vector<Member> members_;
};

/// An object as Keras's files have it: {"module": "keras.initializers", "class_name": "Constant", "config":
/// {"value": 2.0}, "registered_name": null}.
Config keras_object(std::string module, std::string class_name, std::vector<Config::Member> config = {});

/// A function as Keras's files have it: {"module": "builtins", "class_name": "function", "config": name,
/// "registered_name": "function"}.
Config function_object(std::string name);

/// What stands for a function of which nobody knows a name, such as a lambda: function_object("function"). Files can
/// hold it, but not be read with it.
Config unnamed_function();
/// Where a config has an unnamed_function(): "config.layers[1].config.kernel_constraint".
std::vector<std::string> unnamed_functions(const Config& config, const std::string& root);

}  // namespace cornu
CORNU_EXPORT_END
