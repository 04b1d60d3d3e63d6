#include <cornu/layers/regularization/activity_regularization.hpp>

#include <utility>

#include <cornu/layers/from_options.hpp>

namespace cornu::layers {

ActivityRegularization::ActivityRegularization(ActivityRegularizationOptions options)
    : Layer(LayerOptions{.activity_regularizer = regularizers::L1L2({.l1 = options.l1, .l2 = options.l2}),
                         .trainable = options.trainable,
                         .dtype = options.dtype,
                         .name = options.name}),
      options_(std::move(options)) {
  supports_masking_ = true;
}

namespace {

constexpr auto each_option = [](auto& option, auto& options) {
  option("l1", options.l1);
  option("l2", options.l2);
};

}  // namespace

// Without the regularizer, which l1 and l2 describe.
Config ActivityRegularization::get_config() const {
  const Config base = LayerBase::get_config();
  Config config = Config::object();
  for (const char* key : {"name", "trainable", "dtype"}) config.set(key, base[key]);
  return write_options(std::move(config), each_option, options_);
}

std::shared_ptr<ActivityRegularization> ActivityRegularization::from_config(const ConfigView& config) {
  return from_options<ActivityRegularization, ActivityRegularizationOptions>(config, each_option);
}

}  // namespace cornu::layers
