#include <cornu/layers/preprocessing/hashing.hpp>

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <utility>

#include <cornu/framework/ops/support.hpp>
#include <cornu/layers/from_options.hpp>

namespace cornu::layers {

Hashing::Hashing(std::int64_t num_bins, HashingOptions options)
    : Layer({.name = options.name}), num_bins_(num_bins), options_(std::move(options)) {
  if (num_bins < 1)
    throw ValueError("Hashing", fmt::format("`num_bins` must be positive; got {}; expected 1 or more", num_bins));
  autocast_ = false;
}

Tensor Hashing::call(const Tensor& input) {
  ops::require_integer("Hashing", input);
  if (input.is_symbolic()) return Tensor::symbolic(input.shape(), int64);
  text::HashOptions options{.salt = options_.salt};
  if (options_.mask_value) options.mask_value = std::to_string(*options_.mask_value);
  Tensor ids = Tensor::uninitialized(input.shape(), int64);
  std::int64_t* id = ids.mutable_data<std::int64_t>();
  const Tensor numbers = input.astype(int64);
  for (const std::int64_t number : numbers.values<std::int64_t>()) {
    std::array<char, 24> digits;
    const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    *id++ = text::hash({digits.data(), static_cast<std::size_t>(end - digits.data())}, num_bins_, options);
  }
  return ids;
}

namespace {

// Two numbers, or one that stands for both.
std::optional<text::Salt> read_salt(const ConfigView& config) {
  const auto salt = config.find("salt");
  if (!salt || salt->is_null()) return std::nullopt;
  if (salt->is_int()) return text::Salt(salt->as_int());
  if (salt->items().size() != 2) salt->refuse("one number or two");
  return text::Salt(salt->at(0).as_int(), salt->at(1).as_int());
}

Config salt_config(const std::optional<text::Salt>& salt) {
  if (!salt) return nullptr;
  return Config::list({static_cast<std::int64_t>(salt->first()), static_cast<std::int64_t>(salt->second())});
}

}  // namespace

Config Hashing::get_config() const {
  Config config = LayerBase::get_config();
  config.set("dtype", value_of(int64));  // of what it makes
  return config.merge(Config::object({{"num_bins", num_bins_},
                                      {"salt", salt_config(options_.salt)},
                                      {"mask_value", value_of(options_.mask_value)},
                                      {"output_mode", "int"},
                                      {"sparse", false}}));
}

std::shared_ptr<Hashing> Hashing::from_config(const ConfigView& config) {
  const OptionReader read(config);
  auto options = with_layer_options<HashingOptions>(config);
  options.salt = read_salt(config);
  read("mask_value", options.mask_value);
  read.only("output_mode", "int");
  read.only("sparse", false);
  const auto layer = std::make_shared<Hashing>(config.at("num_bins").as_int(), std::move(options));
  layer->set_trainable(config.get("trainable", true));
  return layer;
}

}  // namespace cornu::layers
