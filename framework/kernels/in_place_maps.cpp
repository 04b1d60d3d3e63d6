#include <cornu/framework/kernels/in_place.hpp>

#include <algorithm>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/in_place_terms.hpp>
#include <cornu/framework/kernels/table.hpp>

namespace cornu::kernels::in_place {

namespace {

// A row of windows is made in parts of so many.
constexpr std::int64_t windows_a_part = 512;

template <class T>
struct Maps {
  const Convolution& c;
  const Frame frame;
  const Strips strips;
  const T *x, *packed;
  const Finish<T>& finish;
  T* maps;

  std::int64_t parts() const { return (c.windows.axes[2].count - 1) / windows_a_part + 1; }  // of a row

  void multiply_row(const BlockKernels<T>& kernels, std::int64_t number, std::int64_t first) const {
    const WindowAxis &depths = c.windows.axes[0], &rows = c.windows.axes[1], &columns = c.windows.axes[2];
    const std::int64_t line = number / parts(), begin = number % parts() * windows_a_part, panel = kernels.panel;
    const T* const from = x + frame.place(line / rows.count * depths.stride, line % rows.count * rows.stride,
                                          begin * columns.stride, c.channels);
    const T* const own = packed + c.windows.size() * c.channels * first;
    Terms<T> terms;
    for (const Strip& strip : strips) terms.add({from + strip.in_frame, own + strip.in_filter * panel, strip.length});
    multiply(kernels,
             {.rows = std::min(windows_a_part, columns.count - begin),
              .columns = std::min(panel, c.filters - first),
              .a_row = columns.stride * c.channels,
              .b_step = panel,
              .out_row = c.filters,
              .bias = finish.bias ? finish.bias + first : nullptr,
              .relu = finish.relu,
              .out = maps + (line * columns.count + begin) * c.filters + first},
             terms);
  }
};

}  // namespace

template <class T>
void convolve(const Convolution& c, const T* image, const T* packed, const Finish<T>& finish, T* maps, T* scratch) {
  if (c.windows.count() == 0) return;
  const BlockKernels<T>& kernels = table<BlockKernels<T>>();
  const Frame frame(c);
  const Maps<T> all{c, frame, Strips(c, frame), framed(c, frame, image, scratch), packed, finish, maps};
  const std::int64_t count = c.windows.axes[0].count * c.windows.axes[1].count * all.parts();
  detail::parallel_for(count, grain_of_image(c, count), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t first = 0; first < c.filters; first += kernels.panel)
      for (std::int64_t i = begin; i < end; ++i) all.multiply_row(kernels, i, first);
  });
}

#define CORNU_FOR(T) template void convolve<T>(const Convolution&, const T*, const T*, const Finish<T>&, T*, T*);
CORNU_FOR(float)
CORNU_FOR(double)
#undef CORNU_FOR

}  // namespace cornu::kernels::in_place
