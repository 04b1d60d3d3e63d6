#include <memory>

#include <cornu/framework/kernels/elementwise.hpp>
#include <cornu/framework/kernels/pooling.hpp>
#include <cornu/framework/ops/convolution_support.hpp>
#include <cornu/framework/ops/map_elements.hpp>
#include <cornu/framework/tensor/list.hpp>

namespace cornu::ops {

namespace {

struct Geometry {
  kernels::Pooling pooling;
  Shape images, maps;
};

template <class F>
Tensor computed(const Shape& shape, DType dtype, const F& f) {
  Tensor out = Tensor::uninitialized(shape, dtype);
  if (out.size() > 0) detail::for_floating_type(dtype, [&]<class T>(T) { f(out.mutable_data<T>()); });
  return out;
}

// The image is not empty where the maps are not: each window has an element. The other way round, maps may be.
template <class F>
Tensor computed_images(const Tensor& maps, const Geometry& g, const F& f) {
  return maps.size() == 0 ? Tensor::zeros(g.images, maps.dtype()) : computed(g.images, maps.dtype(), f);
}

Tensor picked(const Tensor& images, const Tensor& taken, const Geometry& g);

// images = the sum of maps where their elements were taken, 0 elsewhere
Tensor placed(const Tensor& maps, const Tensor& taken, const Geometry& g) {
  const Tensor images = computed_images(maps, g, [&]<class T>(T* out) {
    kernels::place_taken(g.pooling, maps.data<T>(), taken.data<std::int32_t>(), out);
  });

  // d_maps = d_images at those places
  return detail::record(images,
                        detail::wrt(maps, [taken, g](const Tensor& d_images) { return picked(d_images, taken, g); }));
}

// maps = the images' elements that were taken
Tensor picked(const Tensor& images, const Tensor& taken, const Geometry& g) {
  const Tensor maps = computed(g.maps, images.dtype(), [&]<class T>(T* out) {
    kernels::pick_taken(g.pooling, images.data<T>(), taken.data<std::int32_t>(), out);
  });
  return detail::record(maps,
                        detail::wrt(images, [taken, g](const Tensor& d_maps) { return placed(d_maps, taken, g); }));
}

// What the maximum passes back, of which `maps` took those elements.
class PlacedBySample final : public detail::BySample {
 public:
  template <class... Arguments>
  static std::shared_ptr<const BySample> make(const Arguments&... arguments) {
    return std::allocate_shared<PlacedBySample>(detail::PoolAllocator<PlacedBySample>(), arguments...);
  }
  PlacedBySample(Tensor d_maps, Tensor maps, Tensor taken, const Geometry& g)
      : d_maps_(std::move(d_maps)), maps_(std::move(maps)), taken_(std::move(taken)), geometry_(g) {}
  Tensor to_dense() const override { return placed(d_maps_, taken_, geometry_); }
  void write(std::int64_t number, void* sample) const override {
    kernels::Pooling one = geometry_.pooling;
    one.windows.batch = 1;
    const std::int64_t at = number * one.windows.count() * one.channels;
    detail::for_floating_type(maps_.dtype(), [&]<class T>(T) {
      kernels::place_taken(one, d_maps_.data<T>() + at, taken_.data<std::int32_t>() + at, static_cast<T*>(sample));
    });
  }
  std::shared_ptr<const BySample> through_relu() const override {
    const auto relu = [](const auto& kernels) { return kernels.relu_gradient; };
    return make(map_elements<kernels::ElementwiseKernels>(relu, d_maps_, maps_), maps_, taken_, geometry_);
  }

 private:
  Tensor d_maps_, maps_, taken_;
  Geometry geometry_;
};

// maps = the largest element of each window
Tensor largest(const Tensor& x, const Geometry& g) {
  const bool has_gradient = is_floating(x.dtype()) && detail::is_tracked(x);
  Tensor y = Tensor::uninitialized(g.maps, x.dtype());
  Tensor taken = Tensor::uninitialized(has_gradient ? g.maps : Shape{0}, int32);
  std::int32_t* const which = has_gradient ? taken.mutable_data<std::int32_t>() : nullptr;
  if (y.size() > 0)
    detail::for_number_type(x.dtype(),
                            [&]<class T>(T) { kernels::pool_max(g.pooling, x.data<T>(), y.mutable_data<T>(), which); });
  if (!has_gradient) return y;

  // d_x = d_y where the element was taken, 0 elsewhere
  return detail::record(y, detail::wrt(x, [y, taken, g](const Tensor& d_y) -> Gradient {
                          if (detail::is_recording() || d_y.size() == 0) return placed(d_y, taken, g);
                          return Gradient(PlacedBySample::make(d_y, y, taken, g));
                        }));
}

Tensor averaged(const Tensor& x, const Geometry& g);

// images = maps / n, at each of the n elements of their windows
Tensor spread(const Tensor& maps, const Geometry& g) {
  const Tensor images =
      computed_images(maps, g, [&]<class T>(T* out) { kernels::spread_average(g.pooling, maps.data<T>(), out); });
  return detail::record(images, detail::wrt(maps, [g](const Tensor& d_images) { return averaged(d_images, g); }));
}

// maps = Σ of a window's elements / n
Tensor averaged(const Tensor& x, const Geometry& g) {
  const Tensor y =
      computed(g.maps, x.dtype(), [&]<class T>(T* out) { kernels::pool_average(g.pooling, x.data<T>(), out); });

  // d_x = d_y / n at each of them
  return detail::record(y, detail::wrt(x, [g](const Tensor& d_y) { return spread(d_y, g); }));
}

template <class F>
Tensor pooled(std::string_view op, const Tensor& x, const PerAxis& pool_size, const PoolOptions& options,
              const F& pool) {
  return on_channels_last(op, x, options.data_format, [&](const Tensor& last) {
    const std::size_t axes = last.rank() - 2;
    const auto sizes = pool_size.of(op, "pool_size", axes);
    const auto strides = options.strides.is_given() ? options.strides.of(op, "strides", axes) : sizes;
    const kernels::Windows windows =
        windows_over(op, last.shape(), {sizes, strides, {1, 1, 1}, padding_of(op, options.padding), axes});
    const Shape maps = maps_shape(last.shape(), windows, last.dim(-1));
    if (last.is_symbolic()) return Tensor::symbolic(maps, last.dtype());
    return pool(last, Geometry{{windows, last.dim(-1)}, last.shape(), maps});
  });
}

}  // namespace

Tensor max_pool(const Tensor& x, const PerAxis& pool_size, const PoolOptions& options) {
  require_number("max_pool", x);
  return pooled("max_pool", x, pool_size, options, largest);
}

Tensor average_pool(const Tensor& x, const PerAxis& pool_size, const PoolOptions& options) {
  require_floating("average_pool", x);
  return pooled("average_pool", x, pool_size, options, averaged);
}

}  // namespace cornu::ops
