#include <cornu/layers/preprocessing/hashing.hpp>

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <utility>

#include <cornu/framework/ops/support.hpp>

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

Config Hashing::get_config() const {
  Config config = LayerBase::get_config();
  config.merge(Config::object({{"num_bins", num_bins_}, {"output_mode", "int"}}));
  if (options_.mask_value) config.set("mask_value", *options_.mask_value);
  if (options_.salt)
    config.set("salt", Config::list({static_cast<std::int64_t>(options_.salt->first()),
                                     static_cast<std::int64_t>(options_.salt->second())}));
  return config;
}

}  // namespace cornu::layers
