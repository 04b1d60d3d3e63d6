#include <cornu/framework/kernels/masked_mean.hpp>

#include <algorithm>
#include <type_traits>

#include <cornu/framework/kernels/row_pieces.hpp>

namespace cornu::kernels {

namespace {

constexpr std::int64_t block = 16;  // features whose sums stay in registers
constexpr std::int64_t run = 16;    // steps that are added up in T; sums of many runs are doubles

template <class T>
T count_of(const bool* counts, std::int64_t steps) {
  return static_cast<T>(std::max<std::int64_t>(std::count(counts, counts + steps, true), 1));
}

template <class T, class Width>
void sum_of_features(const T* x, std::int64_t stride, const bool* counts, std::int64_t steps, Width width, T* sums) {
  for (std::int64_t t = 0; t < steps; ++t, x += stride)
    if (counts[t])
      for (std::int64_t j = 0; j < width; ++j) sums[j] += x[j];
}

// The means of `width` ≤ block features of one sample; `stride` from step to step.
template <class T, class Width>
void mean_of_features(const T* x, std::int64_t stride, const bool* counts, std::int64_t steps, Width width, T n,
                      T* out) {
  double sums[block] = {};
  for (std::int64_t t = 0; t < steps; t += run) {
    T part[block] = {};
    sum_of_features(x + t * stride, stride, counts + t, std::min(run, steps - t), width, part);
    for (std::int64_t j = 0; j < width; ++j) sums[j] += static_cast<double>(part[j]);
  }
  for (std::int64_t j = 0; j < width; ++j) out[j] = static_cast<T>(sums[j] / static_cast<double>(n));
}

template <class T>
void mean_of_sample(const T* x, const bool* counts, const Sequences& extents, T* out) {
  const std::int64_t steps = extents.steps, features = extents.features;
  const T n = count_of<T>(counts, steps);
  std::int64_t j = 0;
  for (; j + block <= features; j += block)
    mean_of_features(x + j, features, counts, steps, std::integral_constant<std::int64_t, block>(), n, out + j);
  mean_of_features(x + j, features, counts, steps, features - j, n, out + j);
}

template <class T>
void repeat_sample(const T* x, const bool* counts, const Sequences& extents, T* y) {
  for (std::int64_t t = 0; t < extents.steps; ++t, y += extents.features)
    counts && !*counts++ ? std::fill_n(y, extents.features, T()) : std::copy_n(x, extents.features, y);
}

// work(b) for all samples, of `elements` elements each that are read or written.
template <class Work>
void for_samples(std::int64_t samples, std::int64_t elements, const Work& work) {
  const double nanoseconds = 1 + 0.1 * static_cast<double>(elements);
  detail::parallel_for(samples, piece_of(samples, nanoseconds), [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t b = first; b < last; ++b) work(b);
  });
}

}  // namespace

template <class T>
void masked_mean(const T* x, const bool* counts, const Sequences& extents, T* out) {
  const std::int64_t steps = extents.steps, features = extents.features;
  for_samples(extents.samples, steps * features, [&](std::int64_t b) {
    mean_of_sample(x + b * steps * features, counts + b * steps, extents, out + b * features);
  });
}

template <class T>
void masked_mean_gradient(const T* d_out, const bool* counts, const Sequences& extents, T* d) {
  const std::int64_t steps = extents.steps, features = extents.features;
  for_samples(extents.samples, steps + features, [&](std::int64_t b) {
    const T part = 1 / count_of<T>(counts + b * steps, steps);
    for (std::int64_t j = b * features; j < (b + 1) * features; ++j) d[j] = d_out[j] * part;
  });
}

template <class T>
void repeat(const T* x, const bool* counts, const Sequences& extents, T* y) {
  const std::int64_t steps = extents.steps, features = extents.features;
  for_samples(extents.samples, steps * features, [&](std::int64_t b) {
    repeat_sample(x + b * features, counts ? counts + b * steps : nullptr, extents, y + b * steps * features);
  });
}

#define CORNU_FOR(T)                                                                  \
  template void masked_mean<T>(const T*, const bool*, const Sequences&, T*);          \
  template void masked_mean_gradient<T>(const T*, const bool*, const Sequences&, T*); \
  template void repeat<T>(const T*, const bool*, const Sequences&, T*);
CORNU_FOR(float)
CORNU_FOR(double)
#undef CORNU_FOR

}  // namespace cornu::kernels
