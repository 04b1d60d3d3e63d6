#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/registry/config_view.hpp>
#include <cornu/framework/registry/handle.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

template <class Base>
void read_value(const ConfigView& view, Handle<Base>& value) {
  value = view.is_null() ? Handle<Base>() : Handle<Base>(from_config<Base>(view));
}
template <class Base>
Config value_of(const Handle<Base>& value) {
  return value.to_config();
}

// One description of a class's options serves both ways: a function that names each option, in the order in which
// Keras writes them.
//
//     constexpr auto each_option = [](auto& option, auto& units, auto& options) {
//       option.required("units", units);
//       option("activation", options.activation);
//       option("use_bias", options.use_bias);
//     };
//     Config get_config() const { return write_options(LayerBase::get_config(), each_option, units_, options_); }

/// Reads each option that a config has; the others stay as they are. With a report in the view, an option that cannot
/// be read is a refusal, and the next one is read. Otherwise what read_value() throws passes.
class OptionReader {
 public:
  explicit OptionReader(const ConfigView& config) : config_(config) {}

  template <class T>
  void operator()(std::string_view key, T& value) const {
    if (const auto found = config_.find(key)) found->attempt([&] { read_value(*found, value); });
  }
  /// Throws FileError when it is missing.
  template <class T>
  void required(std::string_view key, T& value) const {
    read_value(config_.at(key), value);
  }
  /// An option that Keras does not have; it is written when it is given.
  template <class T>
  void own(std::string_view key, T& value) const {
    (*this)(key, value);
  }
  /// An option that Keras refuses, in the config's member "cornu": layer_to_config() writes that beside the config,
  /// where Keras does not look.
  template <class T>
  void beside(std::string_view key, T& value) const {
    const auto own = config_.find("cornu");
    if (own && own->is_object()) OptionReader{*own}(key, value);
    (*this)(key, value);
  }
  /// An option that Keras reads and does not write; it is written when it is not `usual`.
  template <class T, class U>
  void unless_usual(std::string_view key, T& value, const U&) const {
    (*this)(key, value);
  }
  /// A list that is null when it is empty.
  template <class T>
  void null_if_empty(std::string_view key, std::vector<T>& value) const {
    if (const auto found = config_.find(key); found && !found->is_null())
      (*this)(key, value);
    else
      value.clear();
  }
  /// An option of Keras that cornu has one value for; another is refused.
  void only(std::string_view key, const Config& value) const;
  /// The same; another is noted, because the numbers do not depend on it.
  void ignored(std::string_view key, const Config& value) const;

 private:
  ConfigView config_;
};

/// Adds each option to a config.
class OptionWriter {
 public:
  explicit OptionWriter(Config config) : config_(std::move(config)) {}

  template <class T>
  void operator()(std::string_view key, const T& value) {
    config_.set(std::string(key), value_of(value));
  }
  template <class T>
  void required(std::string_view key, const T& value) {
    (*this)(key, value);
  }
  template <class T>
  void own(std::string_view key, const T& value) {
    if (Config written = value_of(value); !written.is_null()) config_.set(std::string(key), std::move(written));
  }
  template <class T>
  void beside(std::string_view key, const T& value) {
    if (Config written = value_of(value); !written.is_null()) beside_.set(std::string(key), std::move(written));
  }
  template <class T, class U>
  void unless_usual(std::string_view key, const T& value, const U& usual) {
    if (value != usual) (*this)(key, value);
  }
  template <class T>
  void null_if_empty(std::string_view key, const std::vector<T>& value) {
    config_.set(std::string(key), value.empty() ? Config() : value_of(value));
  }
  void only(std::string_view key, const Config& value) { config_.set(std::string(key), value); }
  void ignored(std::string_view key, const Config& value) { config_.set(std::string(key), value); }

  Config config() && {
    if (!beside_.as_object().empty()) config_.set("cornu", std::move(beside_));
    return std::move(config_);
  }

 private:
  Config config_, beside_ = Config::object();
};

/// `config` with the options behind its members. `each_option` is called with the writer and the values.
template <class EachOption, class... Values>
Config write_options(Config config, const EachOption& each_option, const Values&... values) {
  OptionWriter writer(std::move(config));
  each_option(writer, values...);
  return std::move(writer).config();
}

/// Changes the values that the config has an option of.
template <class EachOption, class... Values>
void read_options(const ConfigView& config, const EachOption& each_option, Values&... values) {
  OptionReader reader(config);
  each_option(reader, values...);
}

}  // namespace cornu
CORNU_EXPORT_END
