#pragma once
// Internal: layers whose weights a file gives.
#include <cstdint>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

/// While it lives, add_weight() on this thread makes weights without values, and no more of them than a budget: the
/// shapes are those that a file says, the values come from that file afterwards. Whoever opens it sees to it that a
/// model whose weights were not all read is never seen.
class WeightsToBeRead {
 public:
  explicit WeightsToBeRead(std::uint64_t bytes);
  ~WeightsToBeRead();
  WeightsToBeRead(const WeightsToBeRead&) = delete;
  WeightsToBeRead& operator=(const WeightsToBeRead&) = delete;

  /// The one that was opened last on this thread; null when there is none.
  static WeightsToBeRead* innermost();
  /// Throws ShapeError when the budget does not allow it.
  Tensor make(const Shape& shape, DType dtype);

 private:
  WeightsToBeRead* outer_;
  std::uint64_t left_;
};

}  // namespace cornu::detail
CORNU_EXPORT_END
