#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

namespace detail {
[[noreturn]] void throw_sample(std::int64_t id, std::size_t samples);
}

/// x[ids]: the samples that stand at those places of the first axis, in that order. Throws IndexError for an id outside
/// 0 … samples-1, ShapeError for a scalar.
Tensor take_rows(const Tensor& x, const std::vector<std::int64_t>& ids);
/// The same of a list, of texts for instance.
template <class T>
std::vector<T> take_rows(const std::vector<T>& x, const std::vector<std::int64_t>& ids) {
  std::vector<T> taken;
  taken.reserve(ids.size());
  for (const std::int64_t id : ids) {
    const auto place = static_cast<std::size_t>(id);
    if (place >= x.size()) detail::throw_sample(id, x.size());
    taken.push_back(x[place]);
  }
  return taken;
}

}  // namespace cornu
CORNU_EXPORT_END
