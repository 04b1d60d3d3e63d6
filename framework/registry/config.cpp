#include <cornu/framework/registry/config.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include <cornu/framework/base/errors.hpp>

namespace cornu {

Config::Config() = default;
Config::Config(std::nullptr_t) {}
Config::Config(int value) : Config(std::int64_t{value}) {}
Config::Config(std::int64_t value) : kind_(Kind::integer), integer_(value) {}
Config::Config(double value) : kind_(Kind::number), number_(value) {}
Config::Config(const char* value) : Config(std::string(value)) {}
Config::Config(std::string value) : kind_(Kind::text), text_(std::move(value)) {}
Config::Config(DType value) : Config(std::string(name_of(value))) {}
Config::Config(const Config& other) = default;
Config::Config(Config&& other) noexcept = default;
Config& Config::operator=(const Config& other) = default;
Config& Config::operator=(Config&& other) noexcept = default;
Config::~Config() = default;

Config Config::from_bool(bool value) {
  Config result;
  result.kind_ = Kind::boolean;
  result.integer_ = value;
  return result;
}

Config::Config(const Shape& shape) : kind_(Kind::list) {
  for (const std::int64_t dim : shape) list_.push_back(dim == None ? Config() : Config(dim));
}

Config Config::object(std::vector<Member> members) {
  Config result;
  result.kind_ = Kind::object;
  result.members_ = std::move(members);
  return result;
}

Config Config::list(std::vector<Config> values) {
  Config result;
  result.kind_ = Kind::list;
  result.list_ = std::move(values);
  return result;
}

void Config::require(bool fits, const char* expected) const {
  if (!fits) throw ValueError("Config", fmt::format("another kind of value; got {}; expected {}", to_json(), expected));
}

namespace {
template <class Members>
auto find(Members& members, std::string_view key) {
  return std::find_if(members.begin(), members.end(), [key](const auto& member) { return member.first == key; });
}
}  // namespace

bool Config::contains(std::string_view key) const {
  require(is_object(), "an object");
  return find(members_, key) != members_.end();
}

const Config& Config::operator[](std::string_view key) const {
  static const Config null;
  require(is_object(), "an object");
  const auto found = find(members_, key);
  return found == members_.end() ? null : found->second;
}

Config& Config::set(std::string key, Config value) {
  require(is_object(), "an object");
  const auto found = find(members_, key);
  if (found == members_.end())
    members_.emplace_back(std::move(key), std::move(value));
  else
    found->second = std::move(value);
  return *this;
}

Config& Config::merge(const Config& other) {
  other.require(other.is_object(), "an object");
  for (const Member& member : other.members_) set(member.first, member.second);
  return *this;
}

bool Config::as_bool() const {
  require(kind_ == Kind::boolean, "true or false");
  return integer_ != 0;
}

std::int64_t Config::as_int() const {
  require(kind_ == Kind::integer, "an integer");
  return integer_;
}

double Config::as_double() const {
  require(kind_ == Kind::number || kind_ == Kind::integer, "a number");
  return kind_ == Kind::integer ? static_cast<double>(integer_) : number_;
}

const std::string& Config::as_string() const {
  require(kind_ == Kind::text, "a string");
  return text_;
}

const std::vector<Config>& Config::as_list() const {
  require(kind_ == Kind::list, "a list");
  return list_;
}

const std::vector<Config::Member>& Config::as_object() const {
  require(kind_ == Kind::object, "an object");
  return members_;
}

Config keras_object(std::string module, std::string class_name, std::vector<Config::Member> config) {
  return Config::object({{"module", std::move(module)},
                         {"class_name", std::move(class_name)},
                         {"config", Config::object(std::move(config))},
                         {"registered_name", nullptr}});
}

Config function_object(std::string name) {
  return Config::object({{"module", "builtins"},
                         {"class_name", "function"},
                         {"config", std::move(name)},
                         {"registered_name", "function"}});
}

Config unnamed_function() { return function_object("function"); }

std::vector<std::string> unnamed_functions(const Config& config, const std::string& root) {
  std::vector<std::string> found;
  std::vector<std::pair<std::string, const Config*>> to_see{{root, &config}};
  while (!to_see.empty()) {
    const auto [path, value] = std::move(to_see.back());
    to_see.pop_back();
    const bool is_unnamed = value->is_object() && (*value)["class_name"].is_string() &&
                            (*value)["class_name"].as_string() == "function" && (*value)["config"].is_string() &&
                            (*value)["config"].as_string() == "function";
    if (is_unnamed) found.push_back(path);
    if (value->is_object())
      for (const Config::Member& member : value->as_object())
        to_see.emplace_back(path + "." + member.first, &member.second);
    if (value->is_list())
      for (std::size_t i = 0; i < value->as_list().size(); ++i)
        to_see.emplace_back(fmt::format("{}[{}]", path, i), &value->as_list()[i]);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace cornu
