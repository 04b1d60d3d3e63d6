#include <cornu/layers/reshaping/factors.hpp>

#include <fmt/core.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>

namespace cornu::layers {

void set_factors(std::span<std::int64_t> factors, std::initializer_list<std::int64_t> each) {
  if (each.size() != factors.size())
    throw ValueError("Factors", fmt::format("wrong number of factors; got {} for {} axes; expected one number, or one "
                                            "for each axis",
                                            each.size(), factors.size()));
  std::copy(each.begin(), each.end(), factors.begin());
}

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

}  // namespace cornu::layers
