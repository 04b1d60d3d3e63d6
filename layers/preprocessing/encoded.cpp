#include <cornu/layers/preprocessing/encoded.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers {

void require_output_mode(std::string_view layer, const std::string& mode,
                         std::initializer_list<std::string_view> known) {
  if (std::find(known.begin(), known.end(), mode) == known.end())
    throw ValueError(
        layer, fmt::format("unknown `output_mode`; got \"{}\"; expected one of {}", mode, fmt::join(known, ", ")));
}

namespace {

Tensor one_hot(const Tensor& ids, std::int64_t depth, DType dtype) {
  return ops::one_hot(ids.rank() > 1 && ids.dim(-1) == 1 ? ops::squeeze(ids, -1) : ids, depth, dtype);
}

Tensor counted(const Tensor& ids, std::int64_t depth, DType dtype, const Tensor& weights) {
  Tensor ones = ops::one_hot(ids, depth, weights.defined() ? weights.dtype() : dtype);
  if (weights.defined()) ones = ones * ops::expand_dims(weights, -1);
  return ops::sum(ones, {.axis = ids.rank() > 1 ? 1 : 0});
}

}  // namespace

Tensor encoded(const Tensor& given, const std::string& mode, std::int64_t depth, DType dtype, const Tensor& weights) {
  if (mode == "int") return ops::cast(given, dtype);
  const Tensor ids = given.rank() == 0 ? ops::expand_dims(given, 0) : given;
  if (mode == "one_hot") return one_hot(ids, depth, dtype);
  const Tensor counts = counted(ids, depth, dtype, weights);
  return mode == "count" ? counts : ops::cast(ops::not_equal(counts, 0), dtype);
}

}  // namespace cornu::layers
