#pragma once
#include <map>
#include <string>

namespace cornu::testing {

/// The bytes of tests/fixtures/legacy/<name>.h5.
std::string legacy_bytes(const std::string& name);

/// A model of the `.h5` form with other texts as attributes of its root: model_config, training_config, keras_version;
/// all else as it was. An empty text leaves the attribute out.
std::string with_root_attributes(const std::string& file, const std::map<std::string, std::string>& attributes);

/// One with a text of its model_config replaced everywhere. Throws when it is not there.
std::string with_config_text(const std::string& file, const std::string& from, const std::string& to);

}  // namespace cornu::testing
