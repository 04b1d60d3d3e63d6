#include <cornu/framework/registry/config_view.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/shown.hpp>

namespace cornu {

namespace {

bool is_identifier(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

// The start of a value's JSON text. Of lists and objects only how long they are: they may be large.
std::string text_of(const Config& value) {
  if (value.is_list()) return fmt::format("a list of {}", value.as_list().size());
  if (value.is_object()) return fmt::format("an object of {}", value.as_object().size());
  return value.is_string() ? fmt::format("\"{}\"", shown(value.as_string())) : value.to_json();
}

std::string keys_of(const Config& object) {
  std::string keys;
  for (const Config::Member& member : object.as_object()) {
    if (keys.size() > 200) return keys + ", …";
    keys += fmt::format("{}{}", keys.empty() ? "" : ", ", shown(member.first));
  }
  return keys.empty() ? "no key" : keys;
}

std::string path_of(const std::string& object, std::string_view key) {
  const std::string name = shown(key);
  return is_identifier(key) ? fmt::format("{}.{}", object, name) : fmt::format("{}[\"{}\"]", object, name);
}

}  // namespace

ConfigView::ConfigView(const Config& value, std::string where, std::string file, std::string root, ConfigReport* report)
    : ConfigView(value, detail::Shared<const Source>::make(Source{std::move(where), std::move(file), report}),
                 std::move(root)) {}

ConfigView::ConfigView(const Config& value, detail::Shared<const Source> source, std::string path)
    : value_(&value), source_(std::move(source)), path_(std::move(path)) {
  if (is_object()) was_read_ = detail::Shared<std::vector<bool>>::make(value.as_object().size());
}

ConfigView ConfigView::member(std::size_t index) const {
  const Config::Member& member = value_->as_object()[index];
  (*was_read_)[index] = true;
  return {member.second, source_, path_of(path_, member.first)};
}

ConfigView ConfigView::item(std::size_t index) const {
  return {value_->as_list()[index], source_, fmt::format("{}[{}]", path_, index)};
}

ConfigView ConfigView::at(std::string_view key) const {
  if (const std::optional<ConfigView> found = find(key)) return *found;
  fail(fmt::format("no '{}'; got {}", shown(key), keys_of(*value_)));
}

std::optional<ConfigView> ConfigView::find(std::string_view key) const {
  require(is_object(), "an object");
  const auto& members = value_->as_object();
  const auto found = std::find_if(members.begin(), members.end(), [&](const auto& m) { return m.first == key; });
  if (found == members.end()) return std::nullopt;
  return member(static_cast<std::size_t>(found - members.begin()));
}

ConfigView ConfigView::at(std::size_t index) const {
  require(is_list(), "a list");
  require(index < value_->as_list().size(), fmt::format("more than {} items", index));
  return item(index);
}

std::vector<ConfigView> ConfigView::items() const {
  require(is_list(), "a list");
  std::vector<ConfigView> result;
  for (std::size_t i = 0; i < value_->as_list().size(); ++i) result.push_back(item(i));
  return result;
}

std::vector<std::pair<std::string, ConfigView>> ConfigView::members() const {
  require(is_object(), "an object");
  std::vector<std::pair<std::string, ConfigView>> result;
  for (std::size_t i = 0; i < value_->as_object().size(); ++i)
    result.emplace_back(value_->as_object()[i].first, member(i));
  return result;
}

bool ConfigView::as_bool() const {
  require(value_->is_bool(), "true or false");
  return value_->as_bool();
}

std::int64_t ConfigView::as_int() const {
  require(value_->is_int(), "an integer");
  return value_->as_int();
}

std::int64_t ConfigView::as_int(std::int64_t least, std::int64_t most) const {
  const std::int64_t value = as_int();
  require(value >= least && value <= most, fmt::format("{} … {}", least, most));
  return value;
}

double ConfigView::as_double() const {
  require(value_->is_double() || value_->is_int(), "a number");
  return value_->as_double();
}

const std::string& ConfigView::as_string() const {
  require(value_->is_string(), "a string");
  return value_->as_string();
}

std::vector<std::string> ConfigView::unread_keys() const {
  require(is_object(), "an object");
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < was_read_->size(); ++i)
    if (!(*was_read_)[i]) keys.push_back(value_->as_object()[i].first);
  return keys;
}

void ConfigView::note(std::string_view message) const {
  if (source_->report) source_->report->notes.push_back(fmt::format("{}: {}", path_, message));
}

bool ConfigView::attempt(const Callable<void()>& read) const {
  if (!source_->report) {
    read();
    return true;
  }
  try {
    read();
    return true;
  } catch (const Error& error) {
    const std::string_view message = error.what();
    const std::string start = fmt::format("[{}] '{}': ", source_->where, source_->file);
    const bool has_path = message.starts_with(start);
    source_->report->refusals.push_back(has_path ? std::string(message.substr(start.size()))
                                                 : fmt::format("{}: {}", path_, message));
    return false;
  }
}

void ConfigView::fail(std::string_view message) const {
  const std::string file = source_->file.empty() ? "" : fmt::format("'{}': ", source_->file);
  throw FileError(source_->where, fmt::format("{}{}: {}", file, path_, message));
}

void ConfigView::refuse(std::string_view expected) const {
  fail(fmt::format("got {}; expected {}", text_of(*value_), expected));
}

void ConfigView::require(bool fits, std::string_view expected) const {
  if (!fits) refuse(expected);
}

}  // namespace cornu
