#include <cornu/framework/data/take_rows.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu {

void detail::throw_sample(std::int64_t id, std::size_t samples) {
  throw IndexError("take_rows", fmt::format("no such sample; got id {} of {} samples; expected 0 … {}", id, samples,
                                            static_cast<std::int64_t>(samples) - 1));
}

Tensor take_rows(const Tensor& x, const std::vector<std::int64_t>& ids) {
  if (x.rank() > 0)
    for (const std::int64_t id : ids)
      if (id < 0 || id >= x.dim(0)) detail::throw_sample(id, static_cast<std::size_t>(x.dim(0)));
  return ops::gather(x, Tensor(ids));
}

}  // namespace cornu
