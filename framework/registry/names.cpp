#include <cornu/framework/registry/names.hpp>

#include <algorithm>
#include <cctype>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/nearest_name.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/registry/keras_names.hpp>

namespace cornu::detail {

std::string_view in_any_case(std::string_view name, std::initializer_list<std::string_view> words) {
  const auto is_alike = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
  for (const std::string_view word : words)
    if (std::equal(word.begin(), word.end(), name.begin(), name.end(), is_alike)) return word;
  return name;
}

namespace {

constexpr std::string_view default_package = "Custom>";  // of what Keras 2 wrote, and of classes registered without one

std::string text_or_none(const ConfigView& object, std::string_view key) {
  const auto found = object.find(key);
  return found && !found->is_null() ? found->as_string() : "";
}

const Config& no_options() {
  static const Config none = Config::object();
  return none;
}

}  // namespace

void refuse_name(std::string_view kind, std::string_view name, const std::string& list,
                 const std::vector<std::string_view>& known) {
  const bool is_in_keras = is_name_in_keras(kind, name);
  const std::string what = fmt::format("{} {}", is_in_keras ? "cornu does not yet have this" : "unknown", kind);
  throw ValueError(kind,
                   fmt::format("{}; got '{}'{}; expected one of {}; pass an object for any other{}", what, name,
                               is_in_keras ? " of Keras" : "", list, is_in_keras ? "" : did_you_mean(name, known)));
}

bool is_of_keras(const ConfigView& object) {
  const std::string module = text_or_none(object, "module");
  const std::string_view package = std::string_view(module).substr(0, module.find('.'));
  return package.empty() || package == "keras" || package == "tf_keras" || package == "tensorflow" ||
         package == "builtins";
}

AskedClass::AskedClass(std::string_view kind, const ConfigView& object)
    : kind_(kind), object_(object), config_(object.with(no_options())) {
  if (object.is_string()) {
    name_ = object.as_string();
    is_name_ = true;
  } else if (object.is_object()) {
    read_object();
  } else {
    object.refuse("a name, or an object with a class_name");
  }
  for (std::string* name : {&name_, &registered_name_})
    if (name->starts_with(default_package)) name->erase(0, default_package.size());
}

std::string AskedClass::name_in_table() const {
  for (const std::string& name : {registered_name_, name_})
    if (name.find('>') != std::string::npos) return name;
  return is_of_keras_ ? name_ : "";
}

void AskedClass::read_object() {
  name_ = object_.at("class_name").as_string();
  registered_name_ = text_or_none(object_, "registered_name");
  is_of_keras_ = is_of_keras(object_);
  is_name_ = name_ == "function";
  const auto config = object_.find("config");
  if (is_name_)
    name_ = object_.at("config").as_string();
  else if (config && !config->is_null())
    config_ = *config;
}

Maker AskedClass::registered(const std::type_info& base, bool is_in_table) const {
  const auto maker_of = [&](const std::string& name) -> Maker {
    if (name.empty()) return nullptr;
    const Maker make = registered_maker(base, name);
    return make ? make : registered_maker(base, std::string(default_package) + name);
  };
  const Maker make = maker_of(registered_name_);
  return make || is_in_table ? make : maker_of(name_);
}

std::shared_ptr<void> AskedClass::made(const Callable<std::shared_ptr<void>(const ConfigView&)>& make) const {
  try {
    auto object = make(config_);
    for (const std::string& key : config_.unread_keys())
      config_.note(fmt::format("{} has no '{}'; it is left out", shown(name_), shown(key)));
    return object;
  } catch (const FileError&) {
    throw;
  } catch (const Error& error) {
    config_.fail(error.what());
  }
}

void AskedClass::refuse() const {
  const std::string name = registered_name_.empty() || registered_name_ == "function" ? name_ : registered_name_;
  object_.fail(
      fmt::format("cornu has no {} '{}'{}; register a class of yours by that name before "
                  "(cornu::register_class)",
                  kind_, shown(name), is_of_keras_ && is_name_in_keras(kind_, name) ? " yet, which Keras has" : ""));
}

}  // namespace cornu::detail
