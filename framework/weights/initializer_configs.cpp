// Initializers by name, from a config and to it.
#include <fmt/core.h>

#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/registry/names.hpp>
#include <cornu/framework/registry/options.hpp>
#include <cornu/framework/weights/initializers.hpp>

namespace cornu::initializers {

namespace {

// As a file writes an object of a class: what each_option names, of the values.
template <class EachOption, class... Values>
Config config_of(std::string class_name, const EachOption& each_option, const Values&... values) {
  return keras_object("keras.initializers", std::move(class_name))
      .set("config", write_options(Config::object(), each_option, values...));
}

template <class T, class Options, class EachOption>
std::shared_ptr<T> made_of(const ConfigView& config, const EachOption& each_option) {
  Options options = {};
  read_options(config, each_option, options);
  return std::make_shared<T>(std::move(options));
}

// Keras's keys, in its order

constexpr auto no_option = [](auto&) {};
constexpr auto constant_options = [](auto& option, auto& value) { option("value", value); };
constexpr auto identity_options = [](auto& option, auto& gain) {
  option.unless_usual("gain", gain, 1);  // Keras forgets it when it writes, and takes one when it reads
};
constexpr auto normal_options = [](auto& option, auto& options) {
  option("seed", options.seed);
  option("mean", options.mean);
  option("stddev", options.stddev);
};
constexpr auto uniform_options = [](auto& option, auto& options) {
  option("seed", options.seed);
  option("minval", options.minval);
  option("maxval", options.maxval);
};
constexpr auto scaling_options = [](auto& option, auto& options) {
  option("seed", options.seed);
  option("scale", options.scale);
  option("mode", options.mode);
  option("distribution", options.distribution);
  option.null_if_empty("input_axes", options.input_axes);
  option.null_if_empty("output_axes", options.output_axes);
};
constexpr auto fan_options = [](auto& option, auto& options) {
  option("seed", options.seed);
  option.null_if_empty("input_axes", options.input_axes);
  option.null_if_empty("output_axes", options.output_axes);
};
constexpr auto orthogonal_options = [](auto& option, auto& options) {
  option("seed", options.seed);
  option("gain", options.gain);
};

}  // namespace

Config Zeros::to_config() const { return config_of("Zeros", no_option); }

Config Ones::to_config() const { return config_of("Ones", no_option); }

Config Constant::to_config() const { return config_of("Constant", constant_options, value_); }
std::shared_ptr<Constant> Constant::from_config(const ConfigView& config) {
  return made_of<Constant, double>(config, constant_options);
}

Config Identity::to_config() const { return config_of("Identity", identity_options, gain_); }
std::shared_ptr<Identity> Identity::from_config(const ConfigView& config) {
  return std::make_shared<Identity>(config.get("gain", 1.0));
}

Config RandomNormal::to_config() const { return config_of("RandomNormal", normal_options, options_); }
std::shared_ptr<RandomNormal> RandomNormal::from_config(const ConfigView& config) {
  return made_of<RandomNormal, NormalOptions>(config, normal_options);
}

Config TruncatedNormal::to_config() const { return config_of("TruncatedNormal", normal_options, options_); }
std::shared_ptr<TruncatedNormal> TruncatedNormal::from_config(const ConfigView& config) {
  return made_of<TruncatedNormal, NormalOptions>(config, normal_options);
}

Config RandomUniform::to_config() const { return config_of("RandomUniform", uniform_options, options_); }
std::shared_ptr<RandomUniform> RandomUniform::from_config(const ConfigView& config) {
  return made_of<RandomUniform, UniformOptions>(config, uniform_options);
}

Config VarianceScaling::to_config() const { return config_of("VarianceScaling", scaling_options, options_); }
std::shared_ptr<VarianceScaling> VarianceScaling::from_config(const ConfigView& config) {
  return made_of<VarianceScaling, VarianceScalingOptions>(config, scaling_options);
}

Config Orthogonal::to_config() const { return config_of("Orthogonal", orthogonal_options, options_); }
std::shared_ptr<Orthogonal> Orthogonal::from_config(const ConfigView& config) {
  return made_of<Orthogonal, OrthogonalOptions>(config, orthogonal_options);
}

Config VarianceScaling::fan_config(const char* class_name) const {
  return config_of(class_name, fan_options, options_);
}

Config GlorotUniform::to_config() const { return fan_config("GlorotUniform"); }
std::shared_ptr<GlorotUniform> GlorotUniform::from_config(const ConfigView& config) {
  return made_of<GlorotUniform, FanOptions>(config, fan_options);
}

Config GlorotNormal::to_config() const { return fan_config("GlorotNormal"); }
std::shared_ptr<GlorotNormal> GlorotNormal::from_config(const ConfigView& config) {
  return made_of<GlorotNormal, FanOptions>(config, fan_options);
}

Config HeUniform::to_config() const { return fan_config("HeUniform"); }
std::shared_ptr<HeUniform> HeUniform::from_config(const ConfigView& config) {
  return made_of<HeUniform, FanOptions>(config, fan_options);
}

Config HeNormal::to_config() const { return fan_config("HeNormal"); }
std::shared_ptr<HeNormal> HeNormal::from_config(const ConfigView& config) {
  return made_of<HeNormal, FanOptions>(config, fan_options);
}

Config LecunUniform::to_config() const { return fan_config("LecunUniform"); }
std::shared_ptr<LecunUniform> LecunUniform::from_config(const ConfigView& config) {
  return made_of<LecunUniform, FanOptions>(config, fan_options);
}

Config LecunNormal::to_config() const { return fan_config("LecunNormal"); }
std::shared_ptr<LecunNormal> LecunNormal::from_config(const ConfigView& config) {
  return made_of<LecunNormal, FanOptions>(config, fan_options);
}

}  // namespace cornu::initializers

namespace cornu {

namespace {

template <class T>
constexpr detail::Named<initializers::Initializer> row(auto... names) {
  return detail::named<initializers::Initializer, T>(names...);
}

constexpr detail::Named<initializers::Initializer> table[] = {
    row<initializers::Zeros>("Zeros", "zeros", "zero"),
    row<initializers::Ones>("Ones", "ones", "one"),
    row<initializers::Constant>("Constant", "constant"),
    row<initializers::Identity>("Identity", "identity", "IdentityInitializer"),
    row<initializers::RandomNormal>("RandomNormal", "random_normal", "normal"),
    row<initializers::RandomUniform>("RandomUniform", "random_uniform", "uniform"),
    row<initializers::TruncatedNormal>("TruncatedNormal", "truncated_normal"),
    row<initializers::VarianceScaling>("VarianceScaling", "variance_scaling"),
    row<initializers::GlorotUniform>("GlorotUniform", "glorot_uniform"),
    row<initializers::GlorotNormal>("GlorotNormal", "glorot_normal"),
    row<initializers::HeUniform>("HeUniform", "he_uniform"),
    row<initializers::HeNormal>("HeNormal", "he_normal"),
    row<initializers::LecunUniform>("LecunUniform", "lecun_uniform"),
    row<initializers::LecunNormal>("LecunNormal", "lecun_normal"),
    row<initializers::Orthogonal>("Orthogonal", "orthogonal", "OrthogonalInitializer"),
};

}  // namespace

template <>
std::shared_ptr<initializers::Initializer> from_name<initializers::Initializer>(std::string_view name) {
  return detail::make_by_name("initializer", name, table);
}

template <>
std::shared_ptr<initializers::Initializer> from_config<initializers::Initializer>(const ConfigView& object) {
  return detail::make_from_table("initializer", object, table);
}

template <>
std::vector<std::string_view> detail::class_names<initializers::Initializer>() {
  return class_names_in(table);
}

template class Handle<initializers::Initializer>;

}  // namespace cornu
