#include "tests/support/legacy_file.hpp"

#include <span>
#include <stdexcept>
#include <vector>

#include <cornu/framework/base/files.hpp>
#include <cornu/framework/formats/hdf5/reader.hpp>
#include <cornu/framework/formats/hdf5/writer.hpp>
#include "tests/support/fixture.hpp"

namespace cornu::testing {

namespace {

using formats::Hdf5Object;

formats::Hdf5File opened(const std::string& file) { return {std::as_bytes(std::span(file)), "a model"}; }

void copy_attributes(const Hdf5Object& from, formats::Hdf5Writer& into) {
  for (const std::string& name : from.attribute_names()) {
    if (name.ends_with("_names"))
      into.set_attribute(from.path(), name, from.strings_attribute(name).value());
    else
      into.set_attribute(from.path(), name, from.string_attribute(name).value());
  }
}

void copy_below(const Hdf5Object& group, formats::Hdf5Writer& into) {
  for (const Hdf5Object& child : group.children()) {
    if (child.is_dataset()) {
      into.add_dataset(child.path(), child.dataset().read());
      continue;
    }
    into.add_group(child.path());
    copy_attributes(child, into);
    copy_below(child, into);
  }
}

}  // namespace

std::string legacy_bytes(const std::string& name) {
  return read_text_file(fixture_path("legacy/" + name + ".h5"), std::size_t{1} << 24);
}

std::string with_root_attributes(const std::string& file, const std::map<std::string, std::string>& attributes) {
  const formats::Hdf5File old = opened(file);
  formats::Hdf5Writer writer("a model");
  copy_below(old.root(), writer);
  std::map<std::string, std::string> all = attributes;
  for (const std::string& name : old.root().attribute_names())
    all.try_emplace(name, old.root().string_attribute(name).value());
  for (const auto& [name, text] : all)
    if (!text.empty()) writer.set_attribute("/", name, text);
  return writer.finish().join();
}

std::string with_config_text(const std::string& file, const std::string& from, const std::string& to) {
  std::string config = opened(file).root().string_attribute("model_config").value();
  if (config.find(from) == std::string::npos) throw std::runtime_error("the config has no " + from);
  for (std::size_t at = 0; (at = config.find(from, at)) != std::string::npos; at += to.size())
    config.replace(at, from.size(), to);
  return with_root_attributes(file, {{"model_config", config}});
}

}  // namespace cornu::testing
