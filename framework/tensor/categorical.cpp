// Draws of classes.
#include <cornu/framework/tensor/random.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::random {

namespace {

constexpr const char* place = "random::categorical";

void require_draws(const Tensor& logits, std::int64_t num_samples, DType dtype) {
  if (logits.rank() != 2)
    throw ShapeError(place, fmt::format("logits of another rank; got {}; expected (batch, classes)", logits.shape()));
  if (!is_floating(logits.dtype()))
    throw ValueError(
        place, fmt::format("logits are not floating; got {}; expected float32 or float64", name_of(logits.dtype())));
  if (num_samples < 0)
    throw ValueError(place, fmt::format("cannot draw so many; got num_samples {}; expected 0 or more", num_samples));
  if (dtype != int32 && dtype != int64)
    throw ValueError(place, fmt::format("classes are integers; got dtype {}; expected int32 or int64", name_of(dtype)));
  if (logits.dim(1) > std::numeric_limits<std::int32_t>::max())
    throw ValueError(place, fmt::format("too many classes; got {}; expected fewer than 2^31", logits.dim(1)));
}

// sums[k] = e^(x[0] − m) + … + e^(x[k] − m) with m = max(x), so that nothing overflows
template <class T>
void running_sums(std::span<const T> logits, std::int64_t row, std::vector<double>& sums) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double largest = -infinity;
  for (std::size_t k = 0; k < logits.size(); ++k) {
    const auto logit = static_cast<double>(logits[k]);
    if (!(logit < infinity))
      throw ValueError(
          place, fmt::format("a logit is {}; got it at ({}, {}); expected finite numbers or -inf", logit, row, k));
    largest = std::max(largest, logit);
  }
  if (largest == -infinity)
    throw ValueError(place, fmt::format("no class can come; got {} in row {}; expected a finite logit in each row",
                                        logits.empty() ? "no logit" : "-inf for every class", row));
  double sum = 0;
  for (std::size_t k = 0; k < logits.size(); ++k) sums[k] = sum += std::exp(static_cast<double>(logits[k]) - largest);
}

// The first class whose running sum lies above u · Σ: one that adds nothing to the sums never is.
std::size_t draw(const std::vector<double>& sums, Generator& generator) {
  const double below = generator.uniform() * sums.back();
  return static_cast<std::size_t>(std::upper_bound(sums.begin(), sums.end() - 1, below) - sums.begin());
}

template <class T>
void draw_all(const Tensor& logits, std::int64_t num_samples, Generator generator, Tensor& result) {
  const auto classes = static_cast<std::size_t>(logits.dim(1));
  std::vector<double> sums(classes);
  std::int64_t next = 0;
  for (std::int64_t row = 0; row < logits.dim(0); ++row) {
    running_sums(logits.values<T>().subspan(static_cast<std::size_t>(row) * classes, classes), row, sums);
    for (std::int64_t i = 0; i < num_samples; ++i, ++next) {
      const std::size_t drawn = draw(sums, generator);
      if (result.dtype() == int32)
        result.mutable_data<std::int32_t>()[next] = static_cast<std::int32_t>(drawn);
      else
        result.mutable_data<std::int64_t>()[next] = static_cast<std::int64_t>(drawn);
    }
  }
}

}  // namespace

Tensor categorical(const Tensor& logits, std::int64_t num_samples, DType dtype, Generator generator) {
  require_draws(logits, num_samples, dtype);
  Tensor result = Tensor::uninitialized({logits.dim(0), num_samples}, dtype);
  detail::for_floating_type(logits.dtype(), [&]<class T>(T) { draw_all<T>(logits, num_samples, generator, result); });
  return result;
}

}  // namespace cornu::random
