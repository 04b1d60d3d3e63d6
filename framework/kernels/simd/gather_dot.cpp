#include <cornu/framework/kernels/gather_dot.hpp>

#include <cornu/framework/kernels/simd/dots.hpp>
#include <cornu/framework/kernels/simd/filled.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

constexpr std::int64_t ahead = 8;  // rows asked for before they are needed: a table is often larger than the caches

template <class T>
void prefetch_row(const T* row, std::int64_t width) {
  const auto* const bytes = reinterpret_cast<const char*>(row);
  const std::int64_t size = width * static_cast<std::int64_t>(sizeof(T));
  for (std::int64_t line = 0; line < (size < 512 ? size : 512); line += 64) __builtin_prefetch(bytes + line);
}

template <class T>
void products(const T* table, const Picks& picks, const T* x, T* y) {
  const std::int64_t width = picks.width, last = picks.batch * picks.count - 1;
  const std::int32_t* const ids = picks.ids;
  std::int64_t at = 0;
  for (std::int64_t b = 0; b < picks.batch; ++b, x += width)
    for (std::int64_t i = 0; i < picks.count; ++i, ++at) {
      prefetch_row(table + ids[at + ahead < last ? at + ahead : last] * width, width);
      y[at] = dot(table + ids[at] * width, x, width);
    }
}

// y = Σ_i factors[i] · table[ids[i], :], four rows at a time.
template <class T>
void sum_of_picked(const T* table, const std::int32_t* ids, std::int64_t count, std::int64_t width, const T* factors,
                   T* __restrict y) {
  for (std::int64_t j = 0; j < width; ++j) y[j] = 0;
  std::int64_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const T *a = table + ids[i] * width, *b = table + ids[i + 1] * width, *c = table + ids[i + 2] * width,
            *d = table + ids[i + 3] * width;
    const T f = factors[i], g = factors[i + 1], h = factors[i + 2], k = factors[i + 3];
    for (std::int64_t j = 0; j < width; ++j) y[j] += (f * a[j] + g * b[j]) + (h * c[j] + k * d[j]);
  }
  for (; i < count; ++i) {
    const T* const row = table + ids[i] * width;
    const T factor = factors[i];
    for (std::int64_t j = 0; j < width; ++j) y[j] += factor * row[j];
  }
}

template <class T>
void sums_of_picked(const T* table, const Picks& picks, const T* factors, T* y) {
  for (std::int64_t b = 0; b < picks.batch; ++b)
    sum_of_picked(table, picks.ids + b * picks.count, picks.count, picks.width, factors + b * picks.count,
                  y + b * picks.width);
}

template <class T>
void sums_by_place(const T* x, const Picks& picks, const Columns& columns, const T* factors, T* __restrict y) {
  const std::int64_t width = picks.width;
  std::int32_t seen = 0;
  for (std::int64_t b = 0, at = 0; b < picks.batch; ++b, x += width)
    for (std::int64_t i = 0; i < picks.count; ++i, ++at) {
      const std::int32_t place = picks.ids[at];
      const T factor = factors[at];
      T* const sum = y + place * width;
      if (place == seen) {
        ++seen;
        for (std::int64_t j = columns.first; j < columns.last; ++j) sum[j] = factor * x[j];
      } else {
        for (std::int64_t j = columns.first; j < columns.last; ++j) sum[j] += factor * x[j];
      }
    }
}

}  // namespace

template <class T>
struct Filled<GatherDotKernels<T>> {
  static constexpr GatherDotKernels<T> kernels{
      .products = products<T>, .sums_of_picked = sums_of_picked<T>, .sums_by_place = sums_by_place<T>};
};

template const GatherDotKernels<float>& kernels();
template const GatherDotKernels<double>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
