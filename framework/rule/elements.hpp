#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/dtype.hpp>
#include <cornu/framework/tensor/shape.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim {

/// What an optimizer remembers for each element of a variable. Slots of one group are saved variable by variable, the
/// groups one after the other: the order in which Keras files hold them.
struct Slot {
  std::string_view name;
  double initial = 0;
  int group = 0;
  bool starts_as_value = false;     ///< as a copy of the variable instead of `initial`
  std::optional<Shape> shape = {};  ///< if not the variable's: for rules that see the whole variable
  std::optional<DType> dtype = {};  ///< if not the variable's: saved in files only, the rule gets a null pointer
};

/// One update: the learning rate it has, and its number from 1 (an accumulated gradient counts once).
struct Step {
  double learning_rate;
  std::int64_t number;
};

/// What a rule is given, in one of three forms: a run of neighbouring elements of a variable; all its elements, if the
/// rule sees the whole variable; or rows of a table that lie apart, if the rule takes such. The slots have the same
/// elements, in the order in which they were declared.
template <class T>
struct Elements {
  static constexpr std::size_t max_slots = 4;

  std::size_t size;
  T* value;
  std::array<T*, max_slots> slots;
  const T* gradient;             ///< null where the gradient is zero
  const Shape* shape = nullptr;  ///< the variable's, where these are all its elements
  /// If not empty, these are rows of `size` elements each. The i-th begins at element rows[i] · size in value and
  /// slots, and at element i · size in the gradient. Only rules with takes_listed_rows() get them.
  std::span<const std::int32_t> rows = {};
  T decay = 0;  ///< with rows only: the rule first sets value ← value − decay · value

  std::int64_t count() const { return static_cast<std::int64_t>(size); }
};

/// x, or 0 if |x| is below the smallest normal number. For slots that only fade: arithmetic on such small numbers is
/// slow, and they never reach 0 by themselves.
template <class T>
T flushed(T x) {
  return std::abs(x) < std::numeric_limits<T>::min() ? T(0) : x;
}

}  // namespace cornu::optim
CORNU_EXPORT_END
