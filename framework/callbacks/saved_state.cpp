#include <cornu/framework/callbacks/saved_state.hpp>

#include <fmt/core.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>

namespace cornu::callbacks::detail {

Tensor counters(std::initializer_list<std::int64_t> values) { return Tensor(values); }

std::span<const std::int64_t> read_counters(const char* where, const Tensor& state, std::size_t n) {
  const bool fits = state.dtype() == int64 && state.rank() == 1 && state.dim(0) == static_cast<std::int64_t>(n);
  const auto values = fits ? state.values<std::int64_t>() : std::span<const std::int64_t>();
  const auto is_beyond = [](std::int64_t value) { return value < 0 || value > std::int64_t{1} << 53; };
  if (!fits || std::any_of(values.begin(), values.end(), is_beyond))
    throw ValueError(where, fmt::format("these are not its counters; got shape {}; expected {} int64 numbers from 0 to "
                                        "2^53",
                                        state.shape(), n));
  return values;
}

void require_parts(const char* where, const std::vector<Tensor>& state, std::size_t n) {
  if (state.size() != n)
    throw ValueError(where, fmt::format("this is not its state; got {} tensors; expected {}; give it the options that "
                                        "it had",
                                        state.size(), n));
}

}  // namespace cornu::callbacks::detail
