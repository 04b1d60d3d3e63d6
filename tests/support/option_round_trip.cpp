#include "tests/support/option_round_trip.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <cornu/framework/base/errors.hpp>

#include "tests/support/keras_configs.hpp"

namespace cornu::testing {

namespace {

// In how many objects a value of an option is tried. Once does not show which values an option takes, but what a
// sanitizer may have to say, and there it takes ten times as long.
#ifdef CORNU_SANITIZED
constexpr int most_tries = 1;
#else
constexpr int most_tries = 1000;
#endif

// The name under which a table has the object's class.
std::string name_in_table(const Config& object) {
  const Config& registered = object["registered_name"];
  return registered.is_string() ? registered.as_string() : object["class_name"].as_string();
}

// What is written again; nothing if the object is refused, or not taken as it is.
std::optional<Config> taken(const Config& object, Again again) {
  ConfigReport report;
  try {
    Config written = again(view_of(object, &report));
    if (report.refusals.empty() && report.notes.empty()) return written;
  } catch (const Error&) {
  }
  return std::nullopt;
}

Config with(Config object, const std::string& key, Config value) {
  Config config = object["config"];
  config.set(key, std::move(value));
  return object.set("config", std::move(config));
}

Config without(Config object, const std::string& key) {
  Config config = Config::object();
  for (const auto& [name, value] : object["config"].as_object())
    if (name != key) config.set(name, value);
  return object.set("config", std::move(config));
}

// Only what must be there.
Config smallest(Config object, Again again) {
  const Config config = object["config"];
  for (const auto& member : config.as_object())
    if (Config smaller = without(object, member.first); taken(smaller, again)) object = std::move(smaller);
  return object;
}

// One of them is another value of almost any option.
std::vector<Config> values() {
  const auto list = [](std::vector<Config> items) { return Config::list(std::move(items)); };
  std::vector<Config> all{true,
                          false,
                          0.5,
                          0.25,
                          0.75,
                          2.0,
                          -0.5,
                          0,
                          1,
                          2,
                          3,
                          nullptr,
                          list({0}),
                          list({1}),
                          list({0, 1}),
                          list({1, 2}),
                          list({2, 3}),
                          list({2.0, 3.0}),
                          list({0.75, 0.5, 0.25})};
  for (const char* name :
       {"other", "sum", "mean", "float64", "int64", "rows", "columns", "uniform", "truncated_normal", "fan_in",
        "fan_out", "relu", "tanh", "channels_first", "channels_last", "max", "ave", "mean_with_sample_weight"})
    all.emplace_back(name);
  all.push_back(Config(keras_object("keras", "DTypePolicy", {{"name", "float64"}})));
  all.push_back(Config(keras_object("keras.initializers", "Constant", {{"value", 0.5}})));
  all.push_back(Config(keras_object("keras.regularizers", "L2", {{"l2", 0.5}})));
  all.push_back(Config(keras_object("keras.constraints", "NonNeg")));
  return all;
}

// Keys in the order of their bytes, without those that are null: some options are written only when they are given.
Config ordered(const Config& value) {
  if (!value.is_object()) return value;
  std::map<std::string, Config> members;
  for (const auto& [key, member] : value.as_object())
    if (!member.is_null()) members.emplace(key, ordered(member));
  return Config::object({members.begin(), members.end()});
}

bool are_of_one_kind(const Config& a, const Config& b) {
  const auto is_number = [](const Config& x) { return x.is_int() || x.is_double(); };
  return (is_number(a) && is_number(b)) || (a.is_bool() && b.is_bool()) || (a.is_string() && b.is_string()) ||
         (a.is_list() && b.is_list()) || (a.is_object() && b.is_object()) || (a.is_null() && b.is_null());
}

class Options {
 public:
  Options(Again again, const OneValue& one_value) : again_(again), one_value_(one_value) {}

  void try_all(const Config& object) {
    for (const auto& [key, value] : object["config"].as_object()) {
      written_[name_in_table(object) + '.' + key].insert(value.to_json());
      for (const Config& other : values_) try_value(object, key, other);
    }
  }

  void check_values() const {
    if (most_tries == 1) return;
    for (const auto& [name, values] : written_) {
      const std::string& option = name;
      const std::size_t count = values.size();
      CHECK_MESSAGE((count == 1) == has_one_value(option), option << " is written in " << count << " ways");
    }
  }

 private:
  void try_value(const Config& object, const std::string& key, const Config& value) {
    const std::string option = name_in_table(object) + '.' + key;
    if (++tries_[{option, value.to_json()}] > most_tries) return;
    const Config changed = with(object, key, value);
    const std::optional<Config> written = taken(changed, again_);
    if (!written) return;
    const Config& read = (*written)["config"][key];
    CAPTURE(option);
    CAPTURE(value.to_json());
    // "float64" is written as a policy of that name, 1 as a list of it; the other options stay in any case, but that
    // what freezes a layer freezes those in it.
    const bool must_be_equal = are_of_one_kind(read, value) && !has_one_value(option);
    const Config expected = with(key == "trainable" ? *written : changed, key, must_be_equal ? value : read);
    CHECK(difference(ordered(*written), ordered(expected)) == "");
    written_[option].insert(read.to_json());
  }

  bool has_one_value(const std::string& option) const {
    const std::string key = option.substr(option.rfind('.') + 1);
    return std::any_of(one_value_.begin(), one_value_.end(),
                       [&](const std::string& one) { return one == key || one == option; });
  }

  Again again_;
  const OneValue& one_value_;
  std::vector<Config> values_ = values();
  std::map<std::pair<std::string, std::string>, int> tries_;  // of options and values
  std::map<std::string, std::set<std::string>> written_;      // the values of "Class.option"
};

}  // namespace

void check_every_option(const std::vector<std::string_view>& class_names, const std::vector<Config>& objects,
                        Again again, const OneValue& one_value) {
  for (const std::string_view name : class_names) {
    CAPTURE(name);
    CHECK(std::any_of(objects.begin(), objects.end(),
                      [&](const Config& object) { return name_in_table(object) == name; }));
  }
  Options options(again, one_value);
  for (const Config& object : objects) {
    CAPTURE(object.to_json());
    const std::optional<Config> defaults = taken(smallest(object, again), again), given = taken(object, again);
    REQUIRE((defaults && given));
    for (const Config& written : {*defaults, *given}) {
      const std::optional<Config> once_more = taken(written, again);
      REQUIRE(once_more);
      CHECK(once_more->to_json() == written.to_json());
      options.try_all(written);
    }
  }
  options.check_values();
}

std::vector<Config> keras_objects(std::string_view kind) {
  std::vector<Config> objects;
  for (const auto& [name, object] : keras_configs(kind).as_object())
    if (name != "function") objects.push_back(object);
  return objects;
}

}  // namespace cornu::testing
