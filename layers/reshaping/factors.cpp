#include <cornu/layers/reshaping/factors.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include <cornu/framework/base/errors.hpp>

namespace cornu::layers {

template <std::size_t N>
Factors<N>::Factors() : Factors(1) {}
template <std::size_t N>
Factors<N>::Factors(std::int64_t all) {
  factors_.fill(all);
}
template <std::size_t N>
void Factors<N>::set(std::span<const std::int64_t> each) {
  if (each.size() != N)
    throw ValueError("Factors", fmt::format("wrong number of factors; got {} for {} axes; expected one number, or one "
                                            "for each axis",
                                            each.size(), N));
  std::copy(each.begin(), each.end(), factors_.begin());
}
template class Factors<1>;
template class Factors<2>;
template class Factors<3>;

void read_factors(const ConfigView& view, std::span<std::int64_t> factors) {
  if (view.is_int()) {
    std::fill(factors.begin(), factors.end(), view.as_int());
    return;
  }
  std::vector<std::int64_t> each;
  cornu::read_value(view, each);
  if (each.size() != factors.size()) view.refuse(fmt::format("a number, or {} of them", factors.size()));
  std::copy(each.begin(), each.end(), factors.begin());
}

Config factors_config(std::span<const std::int64_t> factors) {
  return Config::list(std::vector<Config>(factors.begin(), factors.end()));
}

}  // namespace cornu::layers
