#include <cornu/framework/kernels/simd/filled.hpp>
#include <cornu/framework/kernels/simd/vectors.hpp>
#include <cornu/framework/kernels/window_runs.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

// A vector's elements, and one of which element of its window each of them is.
template <int bytes>
struct IntegerOf {
  using type = std::int32_t;
};
template <>
struct IntegerOf<8> {
  using type = std::int64_t;
};
template <class T>
using Integer = typename IntegerOf<sizeof(T)>::type;
template <class T>
using Numbers = Vector<Integer<T>>;
template <class T>
inline Numbers<T> all(std::int64_t number) {
  return Numbers<T>{} + static_cast<Integer<T>>(number);
}

template <class T>
struct Narrow {
  typedef std::int32_t type __attribute__((vector_size(vector_lanes<T> * sizeof(std::int32_t))));
};

template <class T>
inline Numbers<T> load_numbers(const std::int32_t* from) {
  typename Narrow<T>::type numbers;
  read_vector(from, numbers);
  return __builtin_convertvector(numbers, Numbers<T>);
}
template <class T>
inline void store_numbers(const Numbers<T>& numbers, std::int32_t* to) {
  write_vector(__builtin_convertvector(numbers, typename Narrow<T>::type), to);
}

// f(place in the image, number) for each element of a window but the first, in order.
template <class F>
inline void for_other_elements(const WindowRun& run, const F& f) {
  for (std::int64_t i = 0; i < run.counts[0]; ++i)
    for (std::int64_t j = 0; j < run.counts[1]; ++j) {
      const std::int64_t place = i * run.strides[0] + j * run.strides[1];
      const std::int64_t number = run.first + i * run.numbers[0] + j * run.numbers[1];
      for (std::int64_t k = i + j == 0 ? 1 : 0; k < run.counts[2]; ++k)
        f(place + k * run.strides[2], number + k * run.numbers[2]);
    }
}

template <class T>
inline void largest_of_vector(const WindowRun& run, const T* x, T* y, std::int32_t* taken) {
  Vector<T> best, other;
  read_vector(x, best);
  Numbers<T> which = all<T>(run.first);
  for_other_elements(run, [&](std::int64_t place, std::int64_t number) {
    read_vector(x + place, other);
    const auto larger = ~(other <= best) & (best == best);
    which = larger ? all<T>(number) : which;
    best = larger ? other : best;
  });
  write_vector(best, y);
  if (taken) store_numbers<T>(which, taken);
}

template <class T>
inline void largest_of_one(const WindowRun& run, const T* x, T* y, std::int32_t* taken) {
  T best = x[0];
  std::int64_t which = run.first;
  for_other_elements(run, [&](std::int64_t place, std::int64_t number) {
    const T other = x[place];
    const bool larger = !(other <= best) & (best == best);
    which = larger ? number : which;
    best = larger ? other : best;
  });
  *y = best;
  if (taken) *taken = static_cast<std::int32_t>(which);
}

template <class T>
void largest(const WindowRun& run, const T* x, T* y, std::int32_t* taken) {
  for (std::int64_t i = 0; i < run.windows; ++i, x += run.step, y += run.channels) {
    std::int64_t c = 0;
    for (; c + vector_lanes<T> <= run.channels; c += vector_lanes<T>)
      largest_of_vector(run, x + c, y + c, taken ? taken + c : nullptr);
    for (; c < run.channels; ++c) largest_of_one(run, x + c, y + c, taken ? taken + c : nullptr);
    if (taken) taken += run.channels;
  }
}

template <bool add, class T>
inline void place_vector(const WindowRun& run, const T* y, const std::int32_t* taken, T* x) {
  Vector<T> value, sum;
  read_vector(y, value);
  const Numbers<T> which = load_numbers<T>(taken);
  const auto put = [&](std::int64_t place, std::int64_t number) {
    const Vector<T> own = which == all<T>(number) ? value : Vector<T>{};
    if constexpr (add) {
      read_vector(x + place, sum);
      write_vector(sum + own, x + place);
    } else {
      write_vector(own, x + place);
    }
  };
  put(0, run.first);
  for_other_elements(run, put);
}

template <bool add, class T>
inline void place_one(const WindowRun& run, const T* y, const std::int32_t* taken, T* x) {
  const auto put = [&](std::int64_t place, std::int64_t number) {
    const T own = *taken == number ? *y : T(0);
    x[place] = add ? x[place] + own : own;
  };
  put(0, run.first);
  for_other_elements(run, put);
}

template <bool add, class T>
void place_windows(const WindowRun& run, const T* y, const std::int32_t* taken, T* x) {
  for (std::int64_t i = 0; i < run.windows; ++i, x += run.step, y += run.channels, taken += run.channels) {
    std::int64_t c = 0;
    for (; c + vector_lanes<T> <= run.channels; c += vector_lanes<T>) place_vector<add>(run, y + c, taken + c, x + c);
    for (; c < run.channels; ++c) place_one<add>(run, y + c, taken + c, x + c);
  }
}
template <class T>
void place(const WindowRun& run, const T* y, const std::int32_t* taken, bool add, T* x) {
  add ? place_windows<true>(run, y, taken, x) : place_windows<false>(run, y, taken, x);
}

}  // namespace

template <class T>
struct Filled<PoolingKernels<T>> {
  static constexpr PoolingKernels<T> kernels{.largest = largest<T>};
};
template <class T>
struct Filled<PoolingGradientKernels<T>> {
  static constexpr PoolingGradientKernels<T> kernels{.place = place<T>};
};

template const PoolingKernels<float>& kernels();
template const PoolingKernels<double>& kernels();
template const PoolingKernels<std::int32_t>& kernels();
template const PoolingKernels<std::int64_t>& kernels();
template const PoolingGradientKernels<float>& kernels();
template const PoolingGradientKernels<double>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
