#pragma once
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/registry/config_view.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// Internal: what Factors are made of, and how configs have them.
void set_factors(std::span<std::int64_t> factors, std::initializer_list<std::int64_t> each);
void read_factors(const ConfigView& view, std::span<std::int64_t> factors);

/// A number for each of N axes: `2` for all of them, `{2, 3}`. Another number of them throws ValueError.
template <std::size_t N>
class Factors {
 public:
  Factors() : Factors(1) {}
  Factors(std::int64_t all) { factors_.fill(all); }
  Factors(std::initializer_list<std::int64_t> each) { set_factors(factors_, each); }
  operator std::span<const std::int64_t>() const { return factors_; }

  friend void read_value(const ConfigView& view, Factors& value) { read_factors(view, value.factors_); }
  friend Config value_of(const Factors& value) {
    return Config::list(std::vector<Config>(value.factors_.begin(), value.factors_.end()));
  }

 private:
  std::array<std::int64_t, N> factors_{};
};

/// The same where none need be given: `{.strides = {2, 1}}`.
template <std::size_t N>
class OptionalFactors : public std::optional<Factors<N>> {
 public:
  OptionalFactors() = default;
  OptionalFactors(const Factors<N>& factors) : std::optional<Factors<N>>(factors) {}
  OptionalFactors(std::int64_t all) : std::optional<Factors<N>>(all) {}
  OptionalFactors(std::initializer_list<std::int64_t> each) : std::optional<Factors<N>>(Factors<N>(each)) {}
};

}  // namespace cornu::layers
CORNU_EXPORT_END
