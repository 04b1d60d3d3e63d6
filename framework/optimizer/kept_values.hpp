#pragma once
// Internal: values as they were before an update that may fail.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <cornu/framework/autodiff/variable.hpp>

namespace cornu::optim {

/// Keeps values of variables that are about to be written, so that they can be put back. Whole values are not copied
/// here, but when they are written: they are shared until then. The lists keep their memory.
class KeptValues {
 public:
  void keep(const Variable& variable);
  /// Keeps these rows alone, as they lie; only they may be written. No other tensor shares the variable's elements
  /// afterwards.
  void keep_rows(const Variable& variable, std::span<const std::int32_t> rows);
  /// Puts everything back, and forgets it.
  void put_back() noexcept;
  void forget() noexcept { kept_.clear(); }

 private:
  struct Kept {
    Variable variable;
    std::uint64_t assigned;
    Tensor value;
    Tensor rows = {};  // undefined where the value is whole
  };
  std::vector<Kept> kept_;
};

}  // namespace cornu::optim
