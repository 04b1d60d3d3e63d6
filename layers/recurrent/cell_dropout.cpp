#include <cornu/layers/recurrent/cell_dropout.hpp>

#include <fmt/core.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::layers::detail {

void require_rate(const char* where, const char* argument, double rate) {
  if (!(0 <= rate && rate <= 1)) throw ValueError(where, fmt::format("`{}` must lie in 0 … 1; got {}", argument, rate));
}

namespace {

Tensor drawn_mask(random::Generator& generator, const Shape& shape, double rate, DType dtype) {
  Tensor mask = Tensor::uninitialized(shape, dtype);
  cornu::detail::for_floating_type(dtype, [&]<class T>(T) {
    const T kept = static_cast<T>(1 / (1 - rate));
    T* const values = mask.mutable_data<T>();
    std::generate(values, values + mask.size(), [&] { return generator.uniform() >= rate ? kept : T(); });
  });
  return mask;
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
