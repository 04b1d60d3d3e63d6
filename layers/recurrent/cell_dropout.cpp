#include <cornu/layers/recurrent/cell_dropout.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/dropout_mask.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers::detail {

void require_rate(const char* where, const char* argument, double rate) {
  if (!(0 <= rate && rate <= 1)) throw ValueError(where, fmt::format("`{}` must lie in 0 … 1; got {}", argument, rate));
}

namespace {

Tensor drawn_mask(random::Generator& generator, const Shape& shape, double rate, DType dtype) {
  const Tensor kept = Tensor::full({}, 1 / (1 - rate), dtype);
  return ops::where(ops::dropout_mask(shape, rate, generator), kept, Tensor::zeros({}, dtype));
}

}  // namespace

Tensors drawn_masks(std::optional<random::Generator>& generator, const Shape& shape, double rate, std::int64_t count,
                    DType dtype) {
  if (rate == 0) return {};
  random::Generator drawn = generator ? *generator : random::next_generator();
  Tensors masks;
  for (std::int64_t i = count; i > 0; --i) masks.push_back(drawn_mask(drawn, shape, rate, dtype));
  if (generator) generator = drawn;
  return masks;
}

}  // namespace cornu::layers::detail
