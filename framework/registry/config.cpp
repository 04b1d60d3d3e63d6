#include <cornu/framework/registry/config.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
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

namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      (result += '\\') += c;
    else if (static_cast<unsigned char>(c) < 0x20)
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    else
      result += c;
  }
  return result += '"';
}

std::string json_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  const std::string text = fmt::format("{}", value);
  return text.find_first_not_of("-0123456789") == std::string::npos ? text + ".0" : text;  // a number, not an integer
}

template <class Values, class F>
std::string joined(const Values& values, char open, char close, F text_of) {
  std::string text(1, open);
  for (const auto& value : values) {
    if (text.size() > 1) text += ", ";
    text += text_of(value);
  }
  return text += close;
}

}  // namespace

std::string Config::to_json() const {
  switch (kind_) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return integer_ != 0 ? "true" : "false";
    case Kind::integer:
      return fmt::format("{}", integer_);
    case Kind::number:
      return json_number(number_);
    case Kind::text:
      return quoted(text_);
    case Kind::list:
      return joined(list_, '[', ']', [](const Config& value) { return value.to_json(); });
    case Kind::object:
      return joined(members_, '{', '}',
                    [](const Member& m) { return fmt::format("{}: {}", quoted(m.first), m.second.to_json()); });
  }
  return "null";
}

Config keras_object(std::string module, std::string class_name, std::vector<Config::Member> config) {
  return Config::object({{"module", std::move(module)},
                         {"class_name", std::move(class_name)},
                         {"config", Config::object(std::move(config))},
                         {"registered_name", nullptr}});
}

}  // namespace cornu
