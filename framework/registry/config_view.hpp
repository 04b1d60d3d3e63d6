#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/shared.hpp>
#include <cornu/framework/registry/config.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// What a reader of configs has to tell besides what it makes. Lines begin with a path:
/// "config.layers[2].config.dtype".
struct ConfigReport {
  std::vector<std::string> notes;     ///< accepted, but not as it is written
  std::vector<std::string> refusals;  ///< could not be made. Whoever collects them throws when there are any
};

/// A value of a parsed file that knows where it stands, so that what it is not is said by place:
///
///     const ConfigView config(parse_json(text, file), "load_model", file, "config");
///     config.at("layers").at(2).at("config").at("units").as_int();
///     // [load_model] 'm.keras': config.layers[2].config.units: got "four"; expected an integer
///
/// It looks at a Config, which must outlive it, as must the report. Copies count as one view. All that throws, throws
/// FileError.
class ConfigView {
 public:
  /// `root` names the value in messages; `where` is the function that reads. Without a report, what attempt() runs
  /// throws, and notes are dropped. A config that is in no file has an empty `file`.
  ConfigView(const Config& value, std::string where, std::string file, std::string root,
             ConfigReport* report = nullptr);

  const Config& value() const { return *value_; }
  const std::string& path() const { return path_; }
  bool is_null() const { return value_->is_null(); }
  bool is_bool() const { return value_->is_bool(); }
  bool is_int() const { return value_->is_int(); }
  bool is_double() const { return value_->is_double(); }
  bool is_string() const { return value_->is_string(); }
  bool is_list() const { return value_->is_list(); }
  bool is_object() const { return value_->is_object(); }

  /// A member of an object. Throws when it is missing, or when this is no object.
  ConfigView at(std::string_view key) const;
  /// Nothing when it is missing. Throws when this is no object.
  std::optional<ConfigView> find(std::string_view key) const;
  /// An item of a list. Throws when there are not so many, or when this is no list.
  ConfigView at(std::size_t index) const;
  std::vector<ConfigView> items() const;
  std::vector<std::pair<std::string, ConfigView>> members() const;
  /// Another value at this place, for what follows from the one that stands there. It must outlive the view.
  ConfigView with(const Config& value) const { return {value, source_, path_}; }

  /// The value. Throws when it is of another kind: true is no number, 1.0 no integer; an integer is a double too.
  bool as_bool() const;
  std::int64_t as_int() const;
  /// Throws as well when it is outside of least … most.
  std::int64_t as_int(std::int64_t least, std::int64_t most) const;
  double as_double() const;
  const std::string& as_string() const;

  /// A member's value, or the fallback where it is missing: `view.get("use_bias", true)`. Of any type that read_value
  /// reads. Throws for a value of another kind.
  template <class T>
  T get(std::string_view key, T fallback) const {
    if (const std::optional<ConfigView> found = find(key)) read_value(*found, fallback);
    return fallback;
  }
  std::int64_t get(std::string_view key, int fallback) const { return get(key, std::int64_t{fallback}); }
  std::string get(std::string_view key, const char* fallback) const { return get(key, std::string(fallback)); }

  /// The keys of an object that nobody asked at(), find(), get() or members() of this view for.
  std::vector<std::string> unread_keys() const;

  /// Adds "path: <message>" to the notes of the report.
  void note(std::string_view message) const;
  /// Runs `read`. With a report, what it throws of cornu's errors becomes a refusal, and reading goes on; whether it
  /// was done. Without one, errors pass.
  bool attempt(const Callable<void()>& read) const;
  /// Throws "[where] 'file': path: <message>".
  [[noreturn]] void fail(std::string_view message) const;
  /// fail(), with "got <the value>; expected …".
  [[noreturn]] void refuse(std::string_view expected) const;

 private:
  struct Source {
    std::string where, file;
    ConfigReport* report;
  };
  ConfigView(const Config& value, detail::Shared<const Source> source, std::string path);
  ConfigView member(std::size_t index) const;
  ConfigView item(std::size_t index) const;
  void require(bool fits, std::string_view expected) const;

  const Config* value_;
  detail::Shared<const Source> source_;
  std::string path_;
  detail::Shared<std::vector<bool>> was_read_;  // of an object's members
};

// What configs hold: read_value() takes it out of a view, value_of() makes a Config of it. Types of other rooms have
// overloads of their own beside them. The overloads throw FileError for a value of another kind.

void read_value(const ConfigView& view, bool& value);
void read_value(const ConfigView& view, std::int64_t& value);
void read_value(const ConfigView& view, std::uint64_t& value);  ///< 0 or more; of a SeedGenerator of Keras, its seed
void read_value(const ConfigView& view, double& value);
void read_value(const ConfigView& view, std::string& value);
/// A list of extents, in which null and -1 are None, or one extent.
void read_value(const ConfigView& view, Shape& value);
/// A name, or a DTypePolicy of Keras. Notes what is computed in float32 instead: float16, bfloat16, mixed policies, the
/// weights of a quantised layer.
void read_value(const ConfigView& view, DType& value);
/// Null is nullopt.
template <class T>
void read_value(const ConfigView& view, std::optional<T>& value) {
  if (view.is_null()) return value.reset();
  read_value(view, value.emplace());
}
template <class T>
void read_value(const ConfigView& view, std::vector<T>& value) {
  value.clear();
  for (const ConfigView& item : view.items()) read_value(item, value.emplace_back());
}

template <class T>
requires std::constructible_from<Config, const T&> Config value_of(const T& value) { return Config(value); }
Config value_of(std::uint64_t value);
/// As Keras's layers have it: {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, …}.
Config value_of(DType value);
template <class T>
Config value_of(const std::optional<T>& value) {
  return value ? value_of(*value) : Config();
}
template <class T>
Config value_of(const std::vector<T>& values) {
  std::vector<Config> list;
  for (const T& value : values) list.push_back(value_of(value));
  return Config::list(std::move(list));
}

}  // namespace cornu
CORNU_EXPORT_END
