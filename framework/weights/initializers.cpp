#include <cornu/framework/weights/initializers.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/registry/register_class.hpp>
#include <cornu/framework/tensor/for_type.hpp>
#include <cornu/framework/tensor/random.hpp>

namespace cornu::initializers {

Config Initializer::to_config() const { return registered_object(*this); }

namespace {

using Seed = std::optional<std::uint64_t>;

random::Generator generator_of(const Seed& seed) { return seed ? random::Generator(*seed) : random::next_generator(); }

void require_stddev(std::string_view where, double stddev) {
  if (!(stddev >= 0)) throw ValueError(where, fmt::format("stddev must be 0 or more; got {}", stddev));
}

class FromFunction final : public Initializer {
 public:
  explicit FromFunction(Function function) : function_(std::move(function)) {}

  Tensor operator()(const Shape& shape, DType dtype) const override {
    Tensor result = function_(shape, dtype);
    if (result.shape() != shape)
      throw ShapeError("initializer", fmt::format("the function's result has another shape; got {}; expected {}",
                                                  result.shape(), shape));
    if (result.dtype() != dtype)
      throw ValueError("initializer", fmt::format("the function's result has another dtype; got {}; expected {}",
                                                  name_of(result.dtype()), name_of(dtype)));
    return result;
  }
  Config to_config() const override { return unnamed_function(); }

 private:
  Function function_;
};

}  // namespace

std::shared_ptr<Initializer> Initializer::from_function(Function function) {
  return std::make_shared<FromFunction>(std::move(function));
}

Tensor Zeros::operator()(const Shape& shape, DType dtype) const { return Tensor::zeros(shape, dtype); }

Tensor Ones::operator()(const Shape& shape, DType dtype) const { return Tensor::ones(shape, dtype); }

Tensor Constant::operator()(const Shape& shape, DType dtype) const { return Tensor::full(shape, value_, dtype); }

Tensor Identity::operator()(const Shape& shape, DType dtype) const {
  if (shape.rank() != 2)
    throw ShapeError("Identity", fmt::format("the weight is not a matrix; got shape {}; expected rank 2", shape));
  Tensor result = Tensor::zeros(shape, dtype);
  detail::for_any_type(dtype, [&](auto zero) {
    using T = decltype(zero);
    T* values = result.mutable_data<T>();
    for (std::int64_t i = 0; i < std::min(shape[0], shape[1]); ++i)
      values[i * (shape[1] + 1)] = detail::convert<T>(gain_);
  });
  return result;
}

RandomNormal::RandomNormal(NormalOptions options) : options_(options) {
  require_stddev("RandomNormal", options_.stddev);
}

Tensor RandomNormal::operator()(const Shape& shape, DType dtype) const {
  return random::normal(shape, options_.mean, options_.stddev, dtype, generator_of(options_.seed));
}

TruncatedNormal::TruncatedNormal(NormalOptions options) : options_(options) {
  require_stddev("TruncatedNormal", options_.stddev);
}

Tensor TruncatedNormal::operator()(const Shape& shape, DType dtype) const {
  return random::truncated_normal(shape, options_.mean, options_.stddev, dtype, generator_of(options_.seed));
}

RandomUniform::RandomUniform(UniformOptions options) : options_(options) {
  if (!(options_.minval <= options_.maxval))
    throw ValueError("RandomUniform",
                     fmt::format("minval must not lie above maxval; got {} and {}", options_.minval, options_.maxval));
}

Tensor RandomUniform::operator()(const Shape& shape, DType dtype) const {
  return random::uniform(shape, options_.minval, options_.maxval, dtype, generator_of(options_.seed));
}

namespace {

double product_of(const Shape& shape, const std::vector<std::int64_t>& axes) {
  double product = 1;
  for (const std::int64_t axis : axes) product *= static_cast<double>(shape.dim(axis));
  return product;
}

}  // namespace

Fans compute_fans(const Shape& shape, const std::vector<std::int64_t>& input_axes,
                  const std::vector<std::int64_t>& output_axes) {
  if (!input_axes.empty() && !output_axes.empty())
    return {.in = product_of(shape, input_axes), .out = product_of(shape, output_axes)};
  if (shape.empty()) return {};
  if (shape.rank() == 1) return {.in = static_cast<double>(shape[0]), .out = static_cast<double>(shape[0])};
  double receptive_field = 1;
  for (std::size_t axis = 0; axis + 2 < shape.rank(); ++axis) receptive_field *= static_cast<double>(shape[axis]);
  return {.in = static_cast<double>(shape.dim(-2)) * receptive_field,
          .out = static_cast<double>(shape.dim(-1)) * receptive_field};
}

namespace {

double fan_of(const std::string& mode, const Fans& fans) {
  if (mode == "fan_in") return fans.in;
  if (mode == "fan_out") return fans.out;
  return (fans.in + fans.out) / 2;
}

template <std::size_t n>
void require_one_of(std::string_view option, const std::string& value, const std::string_view (&allowed)[n]) {
  if (std::find(std::begin(allowed), std::end(allowed), value) != std::end(allowed)) return;
  std::string list;
  for (const std::string_view name : allowed) list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", name);
  throw ValueError("VarianceScaling", fmt::format("unknown {}; got \"{}\"; expected one of {}", option, value, list));
}

// The standard deviation of a standard normal variable that is drawn again beyond ±2.
constexpr double truncated_stddev = 0.87962566103423978;

VarianceScalingOptions scaled(double scale, const char* mode, const char* distribution, FanOptions options) {
  return {.scale = scale,
          .mode = mode,
          .distribution = distribution,
          .seed = options.seed,
          .input_axes = std::move(options.input_axes),
          .output_axes = std::move(options.output_axes)};
}

}  // namespace

VarianceScaling::VarianceScaling(VarianceScalingOptions options) : options_(std::move(options)) {
  if (!(options_.scale > 0))
    throw ValueError("VarianceScaling", fmt::format("scale must be above 0; got {}", options_.scale));
  require_one_of("mode", options_.mode, {"fan_in", "fan_out", "fan_avg"});
  require_one_of("distribution", options_.distribution,
                 {"truncated_normal", "normal", "untruncated_normal", "uniform"});
}

Tensor VarianceScaling::operator()(const Shape& shape, DType dtype) const {
  const Fans fans = compute_fans(shape, options_.input_axes, options_.output_axes);
  const double variance = options_.scale / std::max(1.0, fan_of(options_.mode, fans));
  const double stddev = std::sqrt(variance), limit = std::sqrt(3 * variance);
  const random::Generator generator = generator_of(options_.seed);
  if (options_.distribution == "uniform") return random::uniform(shape, -limit, limit, dtype, generator);
  if (options_.distribution == "untruncated_normal") return random::normal(shape, 0, stddev, dtype, generator);
  return random::truncated_normal(shape, 0, stddev / truncated_stddev, dtype, generator);
}

GlorotUniform::GlorotUniform(FanOptions options)
    : VarianceScaling(scaled(1, "fan_avg", "uniform", std::move(options))) {}

GlorotNormal::GlorotNormal(FanOptions options)
    : VarianceScaling(scaled(1, "fan_avg", "truncated_normal", std::move(options))) {}

HeUniform::HeUniform(FanOptions options) : VarianceScaling(scaled(2, "fan_in", "uniform", std::move(options))) {}

HeNormal::HeNormal(FanOptions options) : VarianceScaling(scaled(2, "fan_in", "truncated_normal", std::move(options))) {}

LecunUniform::LecunUniform(FanOptions options) : VarianceScaling(scaled(1, "fan_in", "uniform", std::move(options))) {}

LecunNormal::LecunNormal(FanOptions options)
    : VarianceScaling(scaled(1, "fan_in", "truncated_normal", std::move(options))) {}

}  // namespace cornu::initializers
