#include "tests/support/keras_configs.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include <cornu/framework/base/files.hpp>
#include <cornu/framework/formats/json/parse.hpp>

#include "tests/support/fixture.hpp"

namespace cornu::testing {

namespace {

// Kinds with cases in several files have them all.
Config all_files() {
  Config all = Config::object();
  for (const char* const name :
       {"configs.json", "configs_layers.json", "configs_windows.json", "configs_recurrent.json"}) {
    const std::string path = fixture_path(name);
    const Config file = formats::parse_json(read_text_file(path), path);
    for (const auto& [kind, cases] : file.as_object())
      all.set(kind, all.contains(kind) && cases.is_object() ? Config(all[kind]).merge(cases) : cases);
  }
  return all;
}

}  // namespace

const Config& keras_configs(std::string_view kind) {
  static const Config all = all_files();
  return all[kind];
}

namespace {

bool are_equal(const Config& a, const Config& b) {
  const auto is_number = [](const Config& x) { return x.is_int() || x.is_double(); };
  if (is_number(a) && is_number(b)) return a.as_double() == b.as_double();
  return a.to_json() == b.to_json();
}

std::string keys_of(const Config& object) {
  std::string keys;
  for (const Config::Member& member : object.as_object()) keys += member.first + " ";
  return keys;
}

}  // namespace

std::string difference(const Config& a, const Config& b, const std::string& path) {
  if (a.is_object() && b.is_object()) {
    if (keys_of(a) != keys_of(b)) return fmt::format("{}: keys {}, but {}", path, keys_of(a), keys_of(b));
    for (const auto& [key, value] : a.as_object())
      if (const std::string found = difference(value, b[key], path + "." + key); !found.empty()) return found;
    return "";
  }
  if (a.is_list() && b.is_list() && a.as_list().size() == b.as_list().size()) {
    for (std::size_t i = 0; i < a.as_list().size(); ++i) {
      const std::string found = difference(a.as_list()[i], b.as_list()[i], fmt::format("{}[{}]", path, i));
      if (!found.empty()) return found;
    }
    return "";
  }
  return are_equal(a, b) ? "" : fmt::format("{}: {}, but {}", path, a.to_json(), b.to_json());
}

ConfigView view_of(const Config& config, ConfigReport* report) {
  return {config, "load_model", "m.keras", "object", report};
}

void check_round_trips(std::string_view kind, Config (*read)(const ConfigView& object),
                       const std::vector<std::string>& except) {
  REQUIRE(keras_configs(kind).as_object().size() > except.size());
  for (const auto& member : keras_configs(kind).as_object()) {
    const std::string& name = member.first;
    const Config& written = member.second;
    if (std::find(except.begin(), except.end(), name) != except.end()) continue;
    CAPTURE(name);
    ConfigReport report;
    CHECK(difference(read(view_of(written, &report)), written) == "");
    CHECK(fmt::format("{}{}", fmt::join(report.notes, "; "), fmt::join(report.refusals, "; ")) == "");
  }
}

}  // namespace cornu::testing
