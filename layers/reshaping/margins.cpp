#include <cornu/layers/reshaping/margins.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include <cornu/framework/base/errors.hpp>

namespace cornu::layers {

namespace {

[[noreturn]] void throw_count(std::size_t given, std::size_t axes) {
  throw ValueError("Margins", fmt::format("wrong number of margins; got {} for {} axes; expected {}", given, axes,
                                          axes == 1 ? "one number, or one before and one behind"
                                                    : "one number, or a number or a pair for each axis"));
}

void set_margins(std::span<Margin> margins, std::initializer_list<std::int64_t> numbers) {
  if (margins.size() == 1 && numbers.size() == 2) {
    margins[0] = {*numbers.begin(), *(numbers.begin() + 1)};
    return;
  }
  if (numbers.size() != margins.size()) throw_count(numbers.size(), margins.size());
  std::transform(numbers.begin(), numbers.end(), margins.begin(), [](std::int64_t n) { return Margin{n, n}; });
}

void set_margins(std::span<Margin> margins, std::initializer_list<Margin> pairs) {
  if (pairs.size() != margins.size()) throw_count(pairs.size(), margins.size());
  std::copy(pairs.begin(), pairs.end(), margins.begin());
}

}  // namespace

template <std::size_t N>
Margins<N>::Margins(std::int64_t all) {
  margins_.fill({all, all});
}
template <std::size_t N>
Margins<N>::Margins(std::initializer_list<std::int64_t> numbers) {
  set_margins(margins_, numbers);
}
template <std::size_t N>
Margins<N>::Margins(std::initializer_list<Margin> pairs) {
  set_margins(margins_, pairs);
}
template class Margins<1>;
template class Margins<2>;
template class Margins<3>;

namespace {

Margin pair_from(const ConfigView& view) {
  if (view.items().size() != 2) view.refuse("two numbers, before and behind");
  return {view.at(0).as_int(), view.at(1).as_int()};
}

}  // namespace

// Keras writes a pair for one axis, a list of pairs for several.
void read_margins(const ConfigView& view, std::span<Margin> margins) {
  if (view.is_int()) {
    std::fill(margins.begin(), margins.end(), Margin{view.as_int(), view.as_int()});
  } else if (margins.size() == 1) {
    margins[0] = pair_from(view);
  } else {
    const std::vector<ConfigView> items = view.items();
    if (items.size() != margins.size()) view.refuse(fmt::format("a number, or a list of {} pairs", margins.size()));
    std::transform(items.begin(), items.end(), margins.begin(), pair_from);
  }
}

Config margins_config(std::span<const Margin> margins) {
  std::vector<Config> pairs;
  for (const auto& [before, after] : margins) pairs.push_back(Config::list({before, after}));
  return pairs.size() == 1 ? std::move(pairs[0]) : Config::list(std::move(pairs));
}

}  // namespace cornu::layers
