#include <cornu/layers/preprocessing/hashed_crossing.hpp>

#include <fmt/core.h>

#include <utility>
#include <vector>

#include <cornu/framework/ops/support.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/preprocessing/encoded.hpp>

namespace cornu::layers {

HashedCrossing::HashedCrossing(std::int64_t num_bins, HashedCrossingOptions options)
    : Layer({.dtype = options.dtype, .name = options.name}), num_bins_(num_bins), options_(std::move(options)) {
  if (num_bins < 1) throw ValueError("HashedCrossing", fmt::format("`num_bins` must be 1 or more; got {}", num_bins));
  require_output_mode("HashedCrossing", options_.output_mode, {"int", "one_hot"});
  autocast_ = false;
}

namespace {

using Word = std::uint64_t;

Word folded(Word x) { return x ^ x >> 47; }

// The fingerprint of what `so_far` stands for, followed by x.
Word followed_by(Word so_far, Word x) {
  constexpr Word factor = 0xC6A4A7935BD1E995;
  const Word mixed = (so_far ^ factor ^ folded(x * factor) * factor) * factor;
  return folded(folded(mixed) * factor);
}

void require_inputs_to_cross(const Tensors& inputs) {
  if (inputs.size() < 2)
    throw ValueError("HashedCrossing", fmt::format("the layer crosses two inputs or more; got {}", inputs.size()));
  for (const Tensor& input : inputs) {
    ops::require_integer("HashedCrossing", input);
    const Shape& shape = input.shape();
    if (!shape.fits(inputs[0].shape()) || shape.rank() > 2 || (shape.rank() == 2 && !Shape(shape[1]).fits(1)))
      throw ShapeError("HashedCrossing", fmt::format("the inputs do not fit; got {} and {}; expected (batch,) or "
                                                     "(batch, 1), all alike",
                                                     inputs[0].shape(), shape));
  }
}

}  // namespace

Tensors HashedCrossing::call(const Tensors& inputs, const CallContext&) {
  require_inputs_to_cross(inputs);
  const DType output = options_.output_mode == "int" ? int64 : dtype();
  if (inputs[0].is_symbolic())
    return encoded(Tensor::symbolic(inputs[0].shape(), int64), options_.output_mode, num_bins_, output);
  constexpr Word key = 0xDECAFCAFFE;
  std::vector<Word> crossed(static_cast<std::size_t>(inputs[0].size()), key);
  for (const Tensor& input : inputs) {
    const Tensor numbers = input.astype(int64);
    for (std::size_t i = 0; i < crossed.size(); ++i)
      crossed[i] = followed_by(crossed[i], static_cast<Word>(numbers.data<std::int64_t>()[i]));
  }
  Tensor ids = Tensor::uninitialized(inputs[0].shape(), int64);
  std::int64_t* id = ids.mutable_data<std::int64_t>();
  for (const Word cross : crossed) *id++ = static_cast<std::int64_t>(cross % static_cast<Word>(num_bins_));
  return encoded(ids, options_.output_mode, num_bins_, output);
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& num_bins, auto& options) {
  option.required("num_bins", num_bins);
  option("output_mode", options.output_mode);
  option.only("sparse", false);
};

}  // namespace

Config HashedCrossing::get_config() const {
  Config config = write_options(Config::object(), each_option, num_bins_, options_);
  return config.set("name", name()).set("dtype", Config(options_.output_mode == "int" ? int64 : dtype()));
}

std::shared_ptr<HashedCrossing> HashedCrossing::from_config(const ConfigView& config) {
  HashedCrossingOptions options;
  std::int64_t num_bins = 0;
  read_options(config, each_option, num_bins, options);
  std::optional<std::string> name;
  DType dtype = float32;
  const OptionReader read(config);
  read("name", name);
  read("dtype", dtype);
  if (config.find("dtype") && (options.output_mode == "int" ? dtype != int64 : !is_floating(dtype)))
    config.at("dtype").refuse("int64 for \"int\", a floating dtype for \"one_hot\"");
  if (is_floating(dtype)) options.dtype = dtype;
  options.name = name.value_or("");
  config.find("trainable");
  return std::make_shared<HashedCrossing>(num_bins, std::move(options));
}

}  // namespace cornu::layers
