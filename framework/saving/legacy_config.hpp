#pragma once
// Internal: configs of `.h5` files as `.keras` files have them.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/registry/config_view.hpp>
#include <cornu/framework/saving/legacy_file.hpp>

namespace cornu::detail {

/// What translates model_config needs to know of the file besides.
struct LegacyContext {
  bool is_of_keras3 = false;
  const std::vector<LegacyLayer>& layers;  ///< what a config does not say, the shapes of weights do
};

/// The model of a file in the form of Keras 3's config.json, with Keras 2's meanings for Keras 2's files; with
/// `compile`, its training_config as compile_config, which is not looked at otherwise. What is not known stays as it
/// is, and is refused by whoever reads it. What is to be told goes into the report. Throws FileError for what is no
/// config of a model.
Config config_from_legacy(const LegacyFile& file, bool compile, ConfigReport& report);

/// The translation table of layers and models, a row a key.
Config layers_from_legacy(const ConfigView& model_config, const LegacyContext& context);

/// training_config in the form of Keras 3's compile_config, for a model with so many outputs.
Config compile_config_from_legacy(const ConfigView& training_config, std::size_t outputs);

/// The name of a layer: Keras 3 takes no "/" in one.
std::string name_from_legacy(std::string_view name);

}  // namespace cornu::detail
