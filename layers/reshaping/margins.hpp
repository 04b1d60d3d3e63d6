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

/// Internal: what Margins are made of, and how configs have them.
void set_margins(std::span<Margin> margins, std::initializer_list<std::int64_t> numbers);
void set_margins(std::span<Margin> margins, std::initializer_list<Margin> pairs);
void read_margins(const ConfigView& view, std::span<Margin> margins);
Config margins_config(std::span<const Margin> margins);

/// The same along N axes: `1` for all of them; `{1, 2}` for one axis, before and after; `{1, 2}` for two axes, the same
/// before and after each; `{{1, 2}, {3, 4}}`. Another number of them throws ValueError.
template <std::size_t N>
class Margins {
 public:
  Margins(std::int64_t all) { margins_.fill({all, all}); }
  Margins(std::initializer_list<std::int64_t> numbers) { set_margins(margins_, numbers); }
  Margins(std::initializer_list<Margin> pairs) { set_margins(margins_, pairs); }
  operator std::span<const Margin>() const { return margins_; }

  friend void read_value(const ConfigView& view, Margins& value) { read_margins(view, value.margins_); }
  friend Config value_of(const Margins& value) { return margins_config(value.margins_); }

 private:
  std::array<Margin, N> margins_{};
};

}  // namespace cornu::layers
CORNU_EXPORT_END
