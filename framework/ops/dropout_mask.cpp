#include <cornu/framework/ops/dropout_mask.hpp>

#include <cmath>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/philox.hpp>
#include <cornu/framework/kernels/table.hpp>

namespace cornu::ops {

namespace {

// k · 2⁻⁵³ ≥ rate, where the whole number k ≥ rate · 2⁵³: a product with a power of 2 has no error.
std::int64_t limit_of(double rate) { return static_cast<std::int64_t>(std::ceil(rate * 0x1p53)); }

bool is_kept(random::Generator& generator, std::int64_t limit) {
  return static_cast<std::int64_t>(generator.next() >> 11) >= limit;
}

// Two draws for each of `count` counters; each piece begins with a counter of its own.
void draw_blocks(const random::Generator::Blocks& blocks, std::int64_t count, std::int64_t limit, bool* kept) {
  const auto at_least = kernels::table<kernels::PhiloxKernels>().at_least;
  detail::parallel_for(count, detail::grain_of(1.5), [&](std::int64_t first, std::int64_t last) {
    at_least(blocks.seed, blocks.counter + static_cast<std::uint64_t>(first), last - first, limit, kept + 2 * first);
  });
}

}  // namespace

Tensor dropout_mask(const Shape& shape, double rate, random::Generator& generator) {
  Tensor mask = Tensor::uninitialized(shape, boolean);
  bool *kept = mask.mutable_data<bool>(), *const end = kept + mask.size();
  const std::int64_t limit = limit_of(rate);
  if (kept != end && generator.has_spare()) *kept++ = is_kept(generator, limit);
  const std::int64_t blocks = (end - kept) / 2;
  draw_blocks(generator.skip(static_cast<std::uint64_t>(blocks)), blocks, limit, kept);
  kept += 2 * blocks;
  if (kept != end) *kept = is_kept(generator, limit);
  return mask;
}

}  // namespace cornu::ops
