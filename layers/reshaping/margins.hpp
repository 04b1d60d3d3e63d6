#pragma once
#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/registry/config_view.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// How much is cut off or added before and after, along an axis.
using Margin = std::array<std::int64_t, 2>;

/// Internal: how configs have Margins.
void read_margins(const ConfigView& view, std::span<Margin> margins);
Config margins_config(std::span<const Margin> margins);

/// The same along N axes: `1` for all of them; `{1, 2}` for one axis, before and after; `{1, 2}` for two axes, the same
/// before and after each; `{{1, 2}, {3, 4}}`. Another number of them throws ValueError.
template <std::size_t N>
class Margins {
 public:
  Margins(std::int64_t all);
  Margins(std::initializer_list<std::int64_t> numbers);
  Margins(std::initializer_list<Margin> pairs);
  operator std::span<const Margin>() const { return margins_; }

  friend void read_value(const ConfigView& view, Margins& value) { read_margins(view, value.margins_); }
  friend Config value_of(const Margins& value) { return margins_config(value.margins_); }

 private:
  std::array<Margin, N> margins_{};
};
extern template class Margins<1>;
extern template class Margins<2>;
extern template class Margins<3>;

}  // namespace cornu::layers
CORNU_EXPORT_END
