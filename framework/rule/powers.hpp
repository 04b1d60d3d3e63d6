#pragma once
// Internal: whole powers of one number.
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace cornu::detail {

/// base^k for k ≥ 0; the first ones come from a table.
class Powers {
 public:
  explicit Powers(double base) : base_(base) {
    for (std::size_t k = 0; k < table_.size(); ++k) table_[k] = std::pow(base, static_cast<double>(k));
  }
  double base() const { return base_; }
  double operator()(std::int64_t k) const {
    return k < static_cast<std::int64_t>(table_.size()) ? table_[static_cast<std::size_t>(k)]
                                                        : std::pow(base_, static_cast<double>(k));
  }

 private:
  double base_;
  std::array<double, 1024> table_;
};

}  // namespace cornu::detail
