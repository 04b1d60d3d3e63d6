// Bytes as an op with the extents of its operands, their elements, and its other arguments: extents of 0 and numbers at
// the limits of 64 bits in every place.
//
// A finding is what ends in anything but a result of the shape that the op infers for symbolic operands, with gradients
// of its operands' shapes, or an error of ours. Allocations above 256 MB fail: the sums of 2^32 rows without elements
// are 2^32 zeros.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <new>
#include <optional>
#include <span>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/op_cases.hpp"

namespace {

using cornu::Shape;
using cornu::Tensor;
using cornu::testing::OpCase;

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t numbers[] = {0,
                                    1,
                                    2,
                                    3,
                                    4,
                                    5,
                                    7,
                                    8,
                                    -1,
                                    -2,
                                    -3,
                                    -7,
                                    largest,
                                    largest - 1,
                                    -largest,
                                    -largest - 1,
                                    largest / 2,
                                    largest / 3 + 1,
                                    std::int64_t{1} << 32,
                                    std::int64_t{1} << 62,
                                    -(std::int64_t{1} << 31)};
constexpr std::int64_t most_elements = 1 << 14;

// Bytes one by one, 0 behind the last.
class Bytes {
 public:
  explicit Bytes(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  std::uint8_t next() {
    if (bytes_.empty()) return 0;
    const std::uint8_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte;
  }
  /// What fits for half of the bytes; a number of the list otherwise.
  std::int64_t number(std::int64_t fitting) {
    const std::uint8_t byte = next();
    return byte < 128 ? fitting : numbers[byte % std::size(numbers)];
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

bool is_small(const Shape& shape) { return shape.size() <= most_elements; }

Shape shape_from(Bytes& bytes, const Shape& fitting) {
  Shape shape;
  for (const std::int64_t extent : fitting) shape.push_back(bytes.number(extent));
  return shape;
}

Tensor tensor_from(Bytes& bytes, const Shape& shape, cornu::DType dtype) {
  const Tensor small = Tensor::full({1}, bytes.next() % 8 - 1, cornu::int32).astype(dtype);
  return cornu::ops::broadcast_to(small, shape);
}

void differentiate(const OpCase& op, const std::vector<Tensor>& operands, const std::vector<std::int64_t>& others,
                   const std::optional<Shape>& inferred) {
  cornu::GradientTape tape({.persistent = true});
  for (const Tensor& operand : operands)
    if (is_floating(operand.dtype())) tape.watch(operand);
  const Tensor y = op.call(operands, others);
  if (inferred && !y.shape().fits(*inferred)) std::abort();
  if (!is_floating(y.dtype())) return;
  const Tensor target = cornu::ops::sum(y);
  for (const Tensor& operand : operands) {
    if (!is_floating(operand.dtype())) continue;
    const cornu::Gradient gradient = tape.gradient(target, operand);
    if (!gradient.empty() && gradient.to_dense().shape() != operand.shape()) std::abort();
  }
}

// What the op says of the shapes alone; nothing if it does not take symbolic operands.
std::optional<Shape> inferred_shape(const OpCase& op, const std::vector<Tensor>& operands,
                                    const std::vector<std::int64_t>& others) {
  if (op.name == "lstm") return std::nullopt;
  std::vector<Tensor> symbolic;
  for (const Tensor& operand : operands) symbolic.push_back(Tensor::symbolic(operand.shape(), operand.dtype()));
  return op.call(symbolic, others).shape();
}

}  // namespace

extern "C" const char* __asan_default_options() { return "allocator_may_return_null=1:max_allocation_size_mb=256"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes({data, size});
  const auto& cases = cornu::testing::op_cases();
  const OpCase& op = cases[bytes.next() % cases.size()];
  try {
    std::vector<Tensor> operands;
    for (std::size_t k = 0; k < op.shapes.size(); ++k) {
      const Shape shape = shape_from(bytes, op.shapes[k]);
      if (!is_small(shape)) return 0;
      operands.push_back(tensor_from(bytes, shape, op.dtypes[k]));
    }
    std::vector<std::int64_t> others;
    for (const std::int64_t fitting : op.numbers) others.push_back(bytes.number(fitting));
    const std::optional<Shape> inferred = inferred_shape(op, operands, others);
    if (inferred && !inferred->has_none() && !is_small(*inferred)) return 0;
    differentiate(op, operands, others, inferred);
  } catch (const cornu::Error&) {
  } catch (const std::bad_alloc&) {
  }
  return 0;
}
