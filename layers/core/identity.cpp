#include <cornu/layers/core/identity.hpp>

#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

Identity::Identity(IdentityOptions options) : Layer(layer_options(options)) { supports_masking_ = true; }

std::shared_ptr<Identity> Identity::from_config(const ConfigView& config) {
  return std::make_shared<Identity>(with_layer_options<IdentityOptions>(config));
}

}  // namespace cornu::layers
