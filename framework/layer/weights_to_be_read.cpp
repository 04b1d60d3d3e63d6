#include <cornu/framework/layer/weights_to_be_read.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>

namespace cornu::detail {

namespace {

thread_local WeightsToBeRead* innermost_budget = nullptr;

// Whether so many elements of that size are more than `bytes`, without computing how many they are.
bool exceeds(const Shape& shape, std::uint64_t element, std::uint64_t bytes) {
  std::uint64_t left = bytes / element;
  for (const std::int64_t extent : shape) {
    if (extent == 0) return false;
    left /= static_cast<std::uint64_t>(extent);
  }
  return left == 0;
}

}  // namespace

WeightsToBeRead::WeightsToBeRead(std::uint64_t bytes) : outer_(innermost_budget), left_(bytes) {
  innermost_budget = this;
}
WeightsToBeRead::~WeightsToBeRead() { innermost_budget = outer_; }
WeightsToBeRead* WeightsToBeRead::innermost() { return innermost_budget; }

Tensor WeightsToBeRead::make(const Shape& shape, DType dtype) {
  if (exceeds(shape, size_of(dtype), left_))
    throw ShapeError("load_model",
                     fmt::format("a weight of shape {} cannot come from this file, which holds fewer numbers; "
                                 "expected at most {} bytes more",
                                 shape, left_));
  Tensor value = Tensor::uninitialized(shape, dtype);
  left_ -= value.nbytes();
  return value;
}

}  // namespace cornu::detail
