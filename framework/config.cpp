#include <cornu/framework/config.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include <cornu/framework/errors.hpp>

namespace cornu {

Config::Config(const Shape& shape) {
  std::vector<Config> dims;
  for (const std::int64_t dim : shape) dims.push_back(dim == None ? Config() : Config(dim));
  value_ = std::move(dims);
}

Config Config::object(std::vector<Member> members) {
  Config result;
  result.value_ = std::move(members);
  return result;
}

Config Config::list(std::vector<Config> values) {
  Config result;
  result.value_ = std::move(values);
  return result;
}

namespace {

[[noreturn]] void throw_kind(const char* expected, const Config& got) {
  throw ValueError("Config", fmt::format("another kind of value; got {}; expected {}", got.to_json(), expected));
}

const Config& null_config() {
  static const Config null;
  return null;
}

template <class Members>
auto find(Members& members, std::string_view key) {
  return std::find_if(members.begin(), members.end(), [key](const auto& member) { return member.first == key; });
}

}  // namespace

const Config& Config::operator[](std::string_view key) const {
  const auto* members = std::get_if<Members>(&value_);
  if (!members) throw_kind("an object", *this);
  const auto found = find(*members, key);
  return found == members->end() ? null_config() : found->second;
}

Config& Config::set(std::string key, Config value) {
  auto* members = std::get_if<Members>(&value_);
  if (!members) throw_kind("an object", *this);
  const auto found = find(*members, key);
  if (found == members->end())
    members->emplace_back(std::move(key), std::move(value));
  else
    found->second = std::move(value);
  return *this;
}

Config& Config::merge(const Config& other) {
  const auto* members = std::get_if<Members>(&other.value_);
  if (!members) throw_kind("an object", other);
  for (const Member& member : *members) set(member.first, member.second);
  return *this;
}

bool Config::as_bool() const {
  if (const auto* value = std::get_if<bool>(&value_)) return *value;
  throw_kind("true or false", *this);
}
std::int64_t Config::as_int() const {
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return *value;
  throw_kind("an integer", *this);
}
double Config::as_double() const {
  if (const auto* value = std::get_if<double>(&value_)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*value);
  throw_kind("a number", *this);
}
const std::string& Config::as_string() const {
  if (const auto* value = std::get_if<std::string>(&value_)) return *value;
  throw_kind("a string", *this);
}
const std::vector<Config>& Config::as_list() const {
  if (const auto* value = std::get_if<std::vector<Config>>(&value_)) return *value;
  throw_kind("a list", *this);
}

namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      (result += '\\') += c;
    else if (static_cast<unsigned char>(c) < 0x20)
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      result += c;
  }
  return result += '"';
}

struct ToJson {
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
  std::string operator()(double value) const {
    if (!std::isfinite(value)) return std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    return fmt::format("{}", value);
  }
  std::string operator()(const std::string& value) const { return quoted(value); }
  std::string operator()(const std::vector<Config>& values) const {
    std::string text = "[";
    for (const Config& value : values) text += (text.size() > 1 ? ", " : "") + value.to_json();
    return text + "]";
  }
  std::string operator()(const std::vector<Config::Member>& members) const {
    std::string text = "{";
    for (const Config::Member& member : members)
      text += (text.size() > 1 ? ", " : "") + quoted(member.first) + ": " + member.second.to_json();
    return text + "}";
  }
};

}  // namespace

std::string Config::to_json() const { return std::visit(ToJson(), value_); }

}  // namespace cornu
