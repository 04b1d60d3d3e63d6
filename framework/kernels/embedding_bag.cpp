#include <cornu/framework/kernels/embedding_bag.hpp>

#include <algorithm>
#include <type_traits>

#include <cornu/framework/kernels/row_pieces.hpp>

namespace cornu::kernels {

namespace {

constexpr std::int64_t block = 16;  // features whose sums stay in registers
constexpr std::int64_t run = 16;    // ids whose rows are added up in T; sums of many runs are doubles

// `width` ≤ block features from `j` on of the ids first … last-1.
template <class T, class Width>
void sum_run(const T* table, const Bags& bags, std::int64_t first, std::int64_t last, std::int64_t j, Width width,
             const T* weights, T* sums) {
  for (std::int64_t i = first; i < last; ++i) {
    const T* const row = table + bags.ids[i] * bags.width + j;
    const T weight = weights ? weights[i] : T(1);
    for (std::int64_t k = 0; k < width; ++k) sums[k] += weight * row[k];
  }
}

// `width` ≤ block features from `j` on of one bag.
template <class T, class Width>
void sum_features(const T* table, const Bags& bags, std::int64_t b, std::int64_t j, Width width, const T* weights,
                  bool mean, T* out) {
  double sums[block] = {};
  const std::int64_t first = bags.offsets[b], last = bags.offsets[b + 1];
  for (std::int64_t i = first; i < last; i += run) {
    T part[block] = {};
    sum_run(table, bags, i, std::min(i + run, last), j, width, weights, part);
    for (std::int64_t k = 0; k < width; ++k) sums[k] += static_cast<double>(part[k]);
  }
  const auto n = mean ? static_cast<double>(std::max<std::int64_t>(last - first, 1)) : 1.;
  for (std::int64_t k = 0; k < width; ++k) out[k] = static_cast<T>(sums[k] / n);
}

template <class T>
void sum_bag(const T* table, const Bags& bags, std::int64_t b, const T* weights, bool mean, T* out) {
  std::int64_t j = 0;
  for (; j + block <= bags.width; j += block)
    sum_features(table, bags, b, j, std::integral_constant<std::int64_t, block>(), weights, mean, out + j);
  if (j < bags.width) sum_features(table, bags, b, j, bags.width - j, weights, mean, out + j);
}

template <class T>
void max_bag(const T* table, const Bags& bags, std::int64_t b, T* out, std::int64_t* largest) {
  std::fill_n(out, bags.width, T());
  std::fill_n(largest, bags.width, -1);
  for (std::int64_t i = bags.offsets[b]; i < bags.offsets[b + 1]; ++i) {
    const T* const row = table + bags.ids[i] * bags.width;
    for (std::int64_t j = 0; j < bags.width; ++j) {
      if (largest[j] >= 0 && !(row[j] > out[j])) continue;
      out[j] = row[j];
      largest[j] = i;
    }
  }
}

// work(b) for all bags, as if each had the mean number of ids.
template <class T, class Work>
void for_bags(const Bags& bags, const Work& work) {
  const double row = nanoseconds_to_read(bags.width * static_cast<std::int64_t>(sizeof(T)), bags.rows);
  const double ids =
      static_cast<double>(bags.offsets[bags.count]) / static_cast<double>(std::max<std::int64_t>(bags.count, 1));
  detail::parallel_for(bags.count, piece_of(bags.count, 1 + row * ids), [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t b = first; b < last; ++b) work(b);
  });
}

}  // namespace

template <class T>
void sum_bags(const T* table, const Bags& bags, const T* weights, bool mean, T* out) {
  if (bags.width == 0) return;
  for_bags<T>(bags, [&](std::int64_t b) { sum_bag(table, bags, b, weights, mean, out + b * bags.width); });
}

template <class T>
void max_bags(const T* table, const Bags& bags, T* out, std::int64_t* largest) {
  for_bags<T>(bags, [&](std::int64_t b) { max_bag(table, bags, b, out + b * bags.width, largest + b * bags.width); });
}

#define CORNU_FOR(T)                                                    \
  template void sum_bags<T>(const T*, const Bags&, const T*, bool, T*); \
  template void max_bags<T>(const T*, const Bags&, T*, std::int64_t*);
CORNU_FOR(float)
CORNU_FOR(double)
#undef CORNU_FOR

}  // namespace cornu::kernels
