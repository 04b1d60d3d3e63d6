#include <cornu/framework/kernels/convolution.hpp>

#include <algorithm>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/in_place.hpp>
#include <cornu/framework/kernels/patches.hpp>
#include <cornu/framework/kernels/reduce.hpp>
#include <cornu/framework/kernels/slots.hpp>
#include <cornu/framework/kernels/table.hpp>

namespace cornu::kernels {

bool goes_by_images(const Convolution& c) { return c.windows.batch >= 16 || c.nanoseconds() < 200'000; }

namespace {

// Images that are worked on before their sums of the filters' gradient are added up.
std::int64_t images_a_wave(const Convolution& c) {
  constexpr std::int64_t elements = std::int64_t{1} << 18;
  const std::int64_t sums = in_place::sums_of_image(c) * c.filter_elements();
  const std::int64_t images = std::clamp<std::int64_t>(elements / std::max<std::int64_t>(sums, 1), 16, 64);
  return goes_by_images(c) ? std::min(images, c.windows.batch) : 1;
}

Convolution of_one_image(Convolution c) {
  c.windows.batch = 1;
  return c;
}

// The parts of the workspace of convolutions in place: what all images share, and a slot for each that is worked on.
struct Sizes {
  explicit Sizes(const Convolution& c)
      : packed(in_place::packed_elements(c)),
        sums(images_a_wave(c) * in_place::sums_of_image(c) * c.filter_elements()),
        bias(images_a_wave(c) * c.filters),
        frame(in_place::scratch_elements(c)),
        maps(c.maps_of_image()),
        patches(by_patches::workspace(of_one_image(c))) {}
  std::int64_t shared() const { return packed + sums + bias; }
  std::int64_t slot() const { return frame + maps + patches; }
  std::int64_t packed, sums, bias;
  std::int64_t frame, maps, patches;
};

std::int64_t elements_in_place(const Convolution& c) {
  const Sizes sizes(c);
  return sizes.shared() + Slots::wanted(images_a_wave(c)) * sizes.slot();
}

template <class T>
struct Slot {
  Slot(const Sizes& sizes, T* memory)
      : frame(memory),
        d_maps(frame + sizes.frame),
        patches(d_maps + sizes.maps, static_cast<std::size_t>(sizes.patches)) {}
  T *frame, *d_maps;
  std::span<T> patches;
};

template <class T>
class InPlace {
 public:
  InPlace(const Convolution& c, std::span<T> memory)
      : packed(memory.data()),
        sums(packed + Sizes(c).packed),
        bias_sums(sums + Sizes(c).sums),
        sizes_(c),
        images_a_piece_(goes_by_images(c) ? detail::grain_of(c.nanoseconds()) : c.windows.batch),
        slots_(std::ssize(memory) - sizes_.shared(), sizes_.slot()) {}

  // work(image, slot) for the images first … last − 1
  template <class Work>
  void for_images(std::int64_t first, std::int64_t last, const Work& work) {
    detail::parallel_for(last - first, images_a_piece_, [&](std::int64_t begin, std::int64_t end) {
      slots_.with_one([&](std::int64_t number) {
        const Slot<T> slot(sizes_, packed + sizes_.shared() + number * sizes_.slot());
        for (std::int64_t i = begin; i < end; ++i) work(first + i, slot);
      });
    });
  }

  T *const packed, *const sums, *const bias_sums;

 private:
  const Sizes sizes_;
  const std::int64_t images_a_piece_;
  Slots slots_;
};

// to += each of the sums, in order: four in one pass over `to`, then the others.
template <class T>
void add_sums(const T* sums, std::int64_t count, std::int64_t size, T* to) {
  const std::int64_t grain = detail::grain_of(0.1 * static_cast<double>(count + 1));
  detail::parallel_for(size, grain, [&](std::int64_t first, std::int64_t last) {
    const T* from = sums;
    std::int64_t left = count;
    for (; left >= 4; left -= 4, from += 4 * size)
      for (std::int64_t i = first; i < last; ++i)
        to[i] = to[i] + from[i] + from[size + i] + from[2 * size + i] + from[3 * size + i];
    for (; left > 0; --left, from += size)
      for (std::int64_t i = first; i < last; ++i) to[i] += from[i];
  });
}

// f(first image, the one behind the last) for a wave after the other
template <class F>
void for_each_wave(const Convolution& c, const F& f) {
  const std::int64_t images = std::max<std::int64_t>(images_a_wave(c), 1);
  for (std::int64_t i = 0; i < c.windows.batch; i += images) f(i, std::min(c.windows.batch, i + images));
}

template <class T>
void convolve_in_place(const Convolution& c, const T* images, const T* filters, const in_place::Finish<T>& finish,
                       T* maps, std::span<T> memory) {
  InPlace<T> work(c, memory);
  in_place::pack_for_maps(c, filters, work.packed);
  work.for_images(0, c.windows.batch, [&](std::int64_t i, const Slot<T>& slot) {
    in_place::convolve(c, images + i * c.cells_of_image(), work.packed, finish, maps + i * c.maps_of_image(),
                       slot.frame);
  });
}

template <class T>
void convolve_back_in_place(const Convolution& c, const T* maps, const T* filters, const T* bias, T* images,
                            std::span<T> memory) {
  InPlace<T> work(c, memory);
  in_place::pack_for_images(c, filters, work.packed);
  work.for_images(0, c.windows.batch, [&](std::int64_t i, const Slot<T>& slot) {
    in_place::convolve_back(c, maps + i * c.maps_of_image(), work.packed, bias, images + i * c.cells_of_image(),
                            slot.frame);
  });
}

template <class T>
void correlate_in_place(const Convolution& c, const T* images, const T* maps, T* filters, std::span<T> memory) {
  InPlace<T> work(c, memory);
  const std::int64_t size = c.filter_elements(), sums = in_place::sums_of_image(c);
  std::fill_n(filters, size, T());
  for_each_wave(c, [&](std::int64_t first, std::int64_t last) {
    work.for_images(first, last, [&](std::int64_t i, const Slot<T>& slot) {
      in_place::correlate(c, images + i * c.cells_of_image(), maps + i * c.maps_of_image(),
                          work.sums + (i - first) * sums * size, slot.frame);
    });
    add_sums(work.sums, (last - first) * sums, size, filters);
  });
}

}  // namespace

std::int64_t convolution_workspace(const Convolution& c) {
  const bool in_place = in_place::pays_for_maps(c) || in_place::pays_for_images(c) || in_place::pays_for_filters(c);
  return std::max(by_patches::workspace(c), in_place ? elements_in_place(c) : 0);
}

template <class T>
void convolve(const Convolution& c, const T* images, const T* filters, const T* bias, T* maps, std::span<T> memory) {
  if (!in_place::pays_for_maps(c)) return by_patches::convolve(c, images, filters, bias, maps, memory);
  convolve_in_place(c, images, filters, {bias, false}, maps, memory);
}

template <class T>
void convolve_back(const Convolution& c, const T* maps, const T* filters, const T* bias, T* images,
                   std::span<T> memory) {
  if (!in_place::pays_for_images(c)) return by_patches::convolve_back(c, maps, filters, bias, images, memory);
  convolve_back_in_place(c, maps, filters, bias, images, memory);
}

template <class T>
void correlate(const Convolution& c, const T* images, const T* maps, T* filters, std::span<T> memory) {
  if (!in_place::pays_for_filters(c)) return by_patches::correlate(c, images, maps, filters, memory);
  correlate_in_place(c, images, maps, filters, memory);
}

bool fuses_relu(const Convolution& c) { return in_place::pays_for_maps(c) && in_place::pays_for_filters(c); }

template <class T>
void convolve_relu(const Convolution& c, const T* images, const T* filters, const T* bias, T* maps,
                   std::span<T> memory) {
  convolve_in_place(c, images, filters, {bias, true}, maps, memory);
}

namespace {

// Of image i, the `number`-th of its wave.
template <class T>
void pass_back_image(const Convolution& c, const ConvolutionGradients<T>& g, const InPlace<T>& work, std::int64_t i,
                     std::int64_t number, const Slot<T>& slot) {
  const std::int64_t sums = in_place::sums_of_image(c) * c.filter_elements();
  const T* const image = g.images + i * c.cells_of_image();
  g.d_maps(i, slot.d_maps);
  if (g.d_bias)
    table<ReductionKernels<T>>().sum(slot.d_maps, {1, c.windows.count(), c.filters},
                                     work.bias_sums + number * c.filters);
  if (g.d_filters) in_place::correlate(c, image, slot.d_maps, work.sums + number * sums, slot.frame);
  if (!g.d_images) return;
  T* const d_image = g.d_images + i * c.cells_of_image();
  if (in_place::pays_for_images(c))
    in_place::convolve_back<T>(c, slot.d_maps, work.packed, nullptr, d_image, slot.frame);
  else
    by_patches::convolve_back<T>(of_one_image(c), slot.d_maps, g.filters, nullptr, d_image, slot.patches);
}

}  // namespace

template <class T>
void convolve_gradients(const Convolution& c, const ConvolutionGradients<T>& g, std::span<T> memory) {
  InPlace<T> work(c, memory);
  const std::int64_t size = c.filter_elements(), sums = in_place::sums_of_image(c);
  if (g.d_images && in_place::pays_for_images(c)) in_place::pack_for_images(c, g.filters, work.packed);
  if (g.d_filters) std::fill_n(g.d_filters, size, T());
  if (g.d_bias) std::fill_n(g.d_bias, c.filters, T());
  for_each_wave(c, [&](std::int64_t first, std::int64_t last) {
    work.for_images(first, last,
                    [&](std::int64_t i, const Slot<T>& slot) { pass_back_image(c, g, work, i, i - first, slot); });
    if (g.d_filters) add_sums(work.sums, (last - first) * sums, size, g.d_filters);
    if (g.d_bias) add_sums(work.bias_sums, last - first, c.filters, g.d_bias);
  });
}

#define CORNU_FOR(T)                                                                                  \
  template void convolve<T>(const Convolution&, const T*, const T*, const T*, T*, std::span<T>);      \
  template void convolve_back<T>(const Convolution&, const T*, const T*, const T*, T*, std::span<T>); \
  template void correlate<T>(const Convolution&, const T*, const T*, T*, std::span<T>);               \
  template void convolve_relu<T>(const Convolution&, const T*, const T*, const T*, T*, std::span<T>); \
  template void convolve_gradients<T>(const Convolution&, const ConvolutionGradients<T>&, std::span<T>);
CORNU_FOR(float)
CORNU_FOR(double)
#undef CORNU_FOR

}  // namespace cornu::kernels
