#include <cornu/framework/kernels/convolution.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <cornu/framework/kernels/in_place.hpp>
#include <cornu/framework/kernels/patches.hpp>

using namespace cornu::kernels;

namespace {

template <class T>
std::vector<T> normal(std::int64_t size, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> distribution;
  std::vector<T> all(static_cast<std::size_t>(size));
  for (T& x : all) x = static_cast<T>(distribution(generator));
  return all;
}

template <class T>
std::vector<T> undefined(std::int64_t size) {
  return std::vector<T>(static_cast<std::size_t>(size), static_cast<T>(std::nan("")));
}

// How far apart two results are, of numbers that are about `scale` large.
template <class T>
bool are_close(const std::vector<T>& a, const std::vector<T>& b, double scale) {
  const double tolerance = (sizeof(T) == 4 ? 4e-6 : 1e-14) * scale;
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](T x, T y) {
    return std::abs(static_cast<double>(x) - static_cast<double>(y)) <=
           tolerance * (1 + std::abs(static_cast<double>(x)));
  });
}

std::string shown(const Convolution& c) {
  std::string text = std::to_string(c.channels) + " channels, " + std::to_string(c.filters) + " filters";
  for (const WindowAxis& a : c.windows.axes)
    text += "; " + std::to_string(a.extent) + ": " + std::to_string(a.count) + " of " + std::to_string(a.size) +
            ", stride " + std::to_string(a.stride) + ", dilation " + std::to_string(a.dilation) + ", before " +
            std::to_string(a.before);
  return text;
}

// One convolution with all that its three products read and give.
template <class T>
struct Case {
  explicit Case(const Convolution& convolution)
      : c(convolution),
        image_size(c.windows.cells() * c.channels),
        map_size(c.windows.count() * c.filters),
        filter_size(c.windows.size() * c.channels * c.filters),
        images(normal<T>(c.windows.batch * image_size, 1)),
        filters(normal<T>(filter_size, 2)),
        maps(normal<T>(c.windows.batch * map_size, 3)),
        bias(normal<T>(std::max(c.filters, c.channels), 4)),
        memory(undefined<T>(by_patches::workspace(c))),
        scratch(undefined<T>(in_place::scratch_elements(c))) {}

  void check_maps() {
    std::vector<T> expected = undefined<T>(c.windows.batch * map_size), own = expected;
    by_patches::convolve(c, images.data(), filters.data(), bias.data(), expected.data(), std::span(memory));
    packed = undefined<T>(c.windows.size() * c.channels * (c.filters / 32 + 1) * 32);
    in_place::pack_for_maps(c, filters.data(), packed.data());
    for (std::int64_t i = 0; i < c.windows.batch; ++i)
      in_place::convolve(c, images.data() + i * image_size, packed.data(), {bias.data(), true},
                         own.data() + i * map_size, scratch.data());
    for (T& x : expected) x = std::max(x, T(0));
    CHECK(are_close(own, expected, std::sqrt(static_cast<double>(c.windows.size() * c.channels)) + 1));
  }

  void check_images(bool with_bias) {
    std::vector<T> expected = undefined<T>(c.windows.batch * image_size), own = expected;
    const T* const added = with_bias ? bias.data() : nullptr;
    by_patches::convolve_back(c, maps.data(), filters.data(), added, expected.data(), std::span(memory));
    packed = undefined<T>(c.windows.size() * c.filters * (c.channels / 32 + 1) * 32);
    in_place::pack_for_images(c, filters.data(), packed.data());
    for (std::int64_t i = 0; i < c.windows.batch; ++i)
      in_place::convolve_back(c, maps.data() + i * map_size, packed.data(), added, own.data() + i * image_size,
                              scratch.data());
    CHECK(are_close(own, expected, std::sqrt(static_cast<double>(c.windows.size() * c.filters)) + 1));
  }

  void check_filters() {
    std::vector<T> expected = undefined<T>(filter_size), own(expected.size(), T(0));
    by_patches::correlate(c, images.data(), maps.data(), expected.data(), std::span(memory));
    std::vector<T> sums = undefined<T>(in_place::sums_of_image(c) * filter_size);
    for (std::int64_t i = 0; i < c.windows.batch; ++i) {
      in_place::correlate(c, images.data() + i * image_size, maps.data() + i * map_size, sums.data(), scratch.data());
      for (std::size_t k = 0; k < sums.size(); ++k) own[k % own.size()] += sums[k];
    }
    CHECK(are_close(own, expected, std::sqrt(static_cast<double>(c.windows.batch * c.windows.count())) + 1));
  }

  void check() {
    CAPTURE(shown(c));
    check_maps();
    check_images(true);
    check_images(false);
    check_filters();
  }

  Convolution c;
  std::int64_t image_size, map_size, filter_size;
  std::vector<T> images, filters, maps, bias, memory, packed, scratch;
};

// How windows lie along one axis: "valid", or with margins.
WindowAxis axis(std::int64_t extent, std::int64_t size, std::int64_t stride, std::int64_t dilation, std::int64_t before,
                std::int64_t behind) {
  const std::int64_t reach = (size - 1) * dilation + 1;
  return {extent, (extent + before + behind - reach) / stride + 1, size, stride, dilation, before};
}

const std::vector<WindowAxis>& some_axes() {
  static const std::vector<WindowAxis> axes{axis(1, 1, 1, 1, 0, 0), axis(7, 3, 1, 1, 0, 0), axis(6, 3, 2, 1, 0, 1),
                                            axis(5, 3, 1, 2, 2, 2), axis(9, 2, 3, 1, 1, 0), axis(1, 3, 1, 1, 1, 1),
                                            axis(4, 5, 1, 1, 4, 4), axis(8, 2, 3, 2, 0, 0), axis(7, 1, 2, 1, 0, 0),
                                            axis(3, 2, 1, 1, 1, 0)};
  return axes;
}

}  // namespace

TEST_CASE("convolutions in place: as those by patches, however windows lie along one axis or two") {
  for (const WindowAxis& rows : some_axes())
    for (const WindowAxis& columns : some_axes()) {
      const Windows windows{{WindowAxis(), rows, columns}, 2};
      Case<double>({windows, 3, 5}).check();
      Case<float>({windows, 5, 3}).check();
    }
}

TEST_CASE("convolutions in place: as those by patches, along three axes") {
  for (const WindowAxis& depths : some_axes())
    for (const std::size_t other : {std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
      Case<double>({{{depths, some_axes()[other], some_axes()[3]}, 2}, 2, 3}).check();
      Case<double>({{{some_axes()[other], depths, some_axes()[other + 1]}, 1}, 3, 2}).check();
    }
}

TEST_CASE("convolutions in place: channels and filters of any number") {
  const Windows windows{{WindowAxis(), axis(5, 3, 1, 1, 1, 1), axis(19, 3, 1, 1, 0, 0)}, 2};
  for (const std::int64_t channels : {1, 2, 7, 8, 9, 16, 17, 32, 33, 40})
    for (const std::int64_t filters : {1, 3, 8, 15, 16, 17, 31, 32, 33, 64, 65}) {
      Case<float>({windows, channels, filters}).check();
      Case<double>({windows, channels, filters}).check();
    }
}

TEST_CASE("convolutions in place: sums of many products, and rows of many windows") {
  Case<float>({{{WindowAxis(), WindowAxis(), axis(700, 3, 1, 1, 1, 1)}, 2}, 3, 17}).check();
  Case<double>({{{WindowAxis(), WindowAxis(), axis(1300, 3, 2, 1, 1, 1)}, 1}, 3, 9}).check();
  Case<double>({{{WindowAxis(), axis(90, 2, 1, 1, 0, 0), axis(5, 2, 1, 1, 0, 0)}, 2}, 3, 9}).check();
  Case<float>({{{WindowAxis(), axis(3, 2, 1, 1, 0, 0), axis(9, 5, 1, 1, 0, 0)}, 1}, 300, 9}).check();
  Case<double>({{{WindowAxis(), axis(3, 2, 1, 1, 0, 0), axis(9, 5, 1, 1, 0, 0)}, 1}, 9, 700}).check();
}

TEST_CASE("convolutions in place: nothing comes of no images, no windows, no channels and no filters") {
  Case<float>({{{WindowAxis(), axis(5, 3, 1, 1, 0, 0), axis(6, 3, 1, 1, 0, 0)}, 0}, 3, 9}).check();
  Case<float>({{{WindowAxis(), axis(5, 3, 1, 1, 0, 0), axis(6, 3, 1, 1, 0, 0)}, 2}, 0, 9}).check();
  const WindowAxis none{0, 0, 3, 1, 1, 1};
  Case<double>({{{WindowAxis(), none, axis(6, 3, 1, 1, 0, 0)}, 2}, 3, 9}).check();
  Case<double>({{{WindowAxis(), axis(6, 3, 1, 1, 0, 0), none}, 2}, 3, 9}).check();
}

TEST_CASE("convolutions: those that pay in place, and those that do not") {
  const WindowAxis rows = axis(8, 3, 1, 1, 0, 0), columns = axis(8, 3, 1, 1, 0, 0), one = axis(8, 1, 1, 1, 0, 0);
  const Convolution usual{{{WindowAxis(), rows, columns}, 2}, 8, 8};
  CHECK(in_place::pays_for_maps(usual));
  CHECK(in_place::pays_for_images(usual));
  CHECK(in_place::pays_for_filters(usual));
  CHECK(fuses_relu(usual));
  CHECK(in_place::pays_for_maps({usual.windows, 1, 8}));
  CHECK_FALSE(in_place::pays_for_images({usual.windows, 1, 8}));
  CHECK_FALSE(in_place::pays_for_maps({usual.windows, 8, 1}));
  CHECK_FALSE(fuses_relu({usual.windows, 8, 1}));
  CHECK_FALSE(in_place::can_do({usual.windows, 8, 8, 2}));
  CHECK_FALSE(in_place::pays_for_maps({{{WindowAxis(), one, one}, 2}, 8, 8}));
  CHECK_FALSE(in_place::can_do({{{WindowAxis(), axis(70, 65, 1, 1, 0, 0), columns}, 2}, 8, 8}));
  CHECK_FALSE(in_place::pays_for_maps({usual.windows, 1000, 1000}));
}

TEST_CASE("convolutions in place: a frame far larger than its image is not made") {
  const WindowAxis far = axis(4, 3, 1, 1 << 29, 1 << 29, 1 << 29);
  CHECK_FALSE(in_place::can_do({{{far, far, far}, 2}, 8, 8}));
}

TEST_CASE("convolve_gradients: of what is wanted, and of nothing else") {
  const Windows windows{{WindowAxis(), axis(6, 3, 1, 1, 1, 1), axis(7, 3, 1, 1, 0, 0)}, 3};
  for (const std::int64_t channels : {1, 9}) {
    Case<double> x({windows, channels, 10});
    std::vector<double> memory = undefined<double>(convolution_workspace(x.c));
    const std::vector<double> d_maps = normal<double>(windows.batch * x.map_size, 5);
    const auto write_d_maps = [&](std::int64_t image, double* to) {
      std::copy_n(d_maps.data() + image * x.map_size, x.map_size, to);
    };
    std::vector<double> d_images(x.images.size()), d_filters(x.filters.size()), d_bias(10), expected_bias(10);
    std::vector<double> expected_images = d_images, expected_filters = d_filters;
    by_patches::convolve_back<double>(x.c, d_maps.data(), x.filters.data(), nullptr, expected_images.data(),
                                      std::span(memory));
    by_patches::correlate(x.c, x.images.data(), d_maps.data(), expected_filters.data(), std::span(memory));
    for (std::size_t i = 0; i < d_maps.size(); ++i) expected_bias[i % 10] += d_maps[i];
    for (int wanted = 0; wanted < 8; ++wanted) {
      std::fill(d_images.begin(), d_images.end(), -1);
      std::fill(d_filters.begin(), d_filters.end(), -1);
      std::fill(d_bias.begin(), d_bias.end(), -1);
      const bool images = wanted & 1, filters = wanted & 2, bias = wanted & 4;
      convolve_gradients<double>(x.c,
                                 {x.images.data(), x.filters.data(), write_d_maps, images ? d_images.data() : nullptr,
                                  filters ? d_filters.data() : nullptr, bias ? d_bias.data() : nullptr},
                                 std::span(memory));
      CHECK((images ? are_close(d_images, expected_images, 10) : d_images[0] == -1));
      CHECK((filters ? are_close(d_filters, expected_filters, 10) : d_filters[0] == -1));
      CHECK((bias ? are_close(d_bias, expected_bias, 10) : d_bias[0] == -1));
    }
  }
}

TEST_CASE("correlate: sums over very many windows do not drift") {
  const Windows windows{{WindowAxis(), axis(202, 3, 1, 1, 0, 0), axis(202, 3, 1, 1, 0, 0)}, 25};
  const Convolution c{windows, 1, 8};
  const std::vector<float> images(static_cast<std::size_t>(25 * 202 * 202), 0.1F),
      maps(static_cast<std::size_t>(25 * 200 * 200 * 8), 0.3F);
  std::vector<float> filters(72), memory(static_cast<std::size_t>(convolution_workspace(c)));
  correlate(c, images.data(), maps.data(), filters.data(), std::span(memory));
  const double exact = 1e6 * static_cast<double>(0.1F) * static_cast<double>(0.3F);
  for (const float x : filters) CHECK(static_cast<double>(x) == doctest::Approx(exact).epsilon(2e-5));
}
