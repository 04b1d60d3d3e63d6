#pragma once
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/registry/config_view.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// Internal: how configs have Factors.
void read_factors(const ConfigView& view, std::span<std::int64_t> factors);
Config factors_config(std::span<const std::int64_t> factors);

/// A number for each of N axes: `2` or `{2}` for all of them, `{2, 3}`. Another number of them throws ValueError.
///
/// Neither this class nor the next has a constructor from std::initializer_list: with one, and another beside it, gcc
/// 12 takes `{.strides = 2}`, which is meant for the options behind them, for a number.
template <std::size_t N>
class Factors {
 public:
  Factors();
  Factors(std::int64_t all);
  template <std::integral... I>
  requires(sizeof...(I) > 1) Factors(I... each) { set(std::array{static_cast<std::int64_t>(each)...}); }
  operator std::span<const std::int64_t>() const { return factors_; }

  friend void read_value(const ConfigView& view, Factors& value) { read_factors(view, value.factors_); }
  friend Config value_of(const Factors& value) { return factors_config(value.factors_); }

 private:
  void set(std::span<const std::int64_t> each);

  std::array<std::int64_t, N> factors_{};
};
extern template class Factors<1>;
extern template class Factors<2>;
extern template class Factors<3>;

/// The same where none need be given: `{.strides = {2, 1}}`. Used as std::optional is.
template <std::size_t N>
class OptionalFactors {
 public:
  OptionalFactors() = default;
  OptionalFactors(const Factors<N>& factors) : factors_(factors), is_given_(true) {}
  OptionalFactors(std::int64_t all) : OptionalFactors(Factors<N>(all)) {}
  template <std::integral... I>
  requires(sizeof...(I) > 1) OptionalFactors(I... each) : OptionalFactors(Factors<N>(each...)) {}

  explicit operator bool() const { return is_given_; }
  const Factors<N>& operator*() const { return factors_; }

  friend void read_value(const ConfigView& view, OptionalFactors& value) {
    if (view.is_null()) return;
    read_value(view, value.factors_);
    value.is_given_ = true;
  }
  friend Config value_of(const OptionalFactors& value) { return value ? value_of(*value) : Config(); }

 private:
  Factors<N> factors_;
  bool is_given_ = false;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
