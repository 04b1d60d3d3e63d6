#include <cornu/framework/kernels/depthwise.hpp>
#include <cornu/framework/ops/convolution_support.hpp>

namespace cornu::ops {

namespace {

struct Geometry {
  kernels::Depthwise depthwise;
  Shape images, maps, kernel;
};

Tensor compute_maps(const Tensor& images, const Tensor& kernel, const Tensor* bias, const Geometry& g) {
  Tensor maps = Tensor::uninitialized(g.maps, images.dtype());
  if (maps.size() == 0) return maps;
  detail::for_floating_type(maps.dtype(), [&]<class T>(T) {
    kernels::convolve_depthwise(g.depthwise, images.data<T>(), kernel.data<T>(), data_or_null<T>(bias),
                                maps.mutable_data<T>());
  });
  return maps;
}

Tensor compute_images(const Tensor& maps, const Tensor& kernel, const Geometry& g) {
  if (g.images.size() == 0 || maps.size() == 0) return Tensor::zeros(g.images, maps.dtype());
  Tensor images = Tensor::uninitialized(g.images, maps.dtype());
  detail::for_floating_type(maps.dtype(), [&]<class T>(T) {
    kernels::convolve_depthwise_back(g.depthwise, maps.data<T>(), kernel.data<T>(), images.mutable_data<T>());
  });
  return images;
}

Tensor compute_kernel(const Tensor& images, const Tensor& maps, const Geometry& g) {
  if (images.size() == 0 || maps.size() == 0) return Tensor::zeros(g.kernel, maps.dtype());
  Tensor kernel = Tensor::uninitialized(g.kernel, maps.dtype());
  Tensor workspace = Tensor::uninitialized({kernels::correlate_depthwise_workspace(g.depthwise)}, maps.dtype());
  detail::for_floating_type(maps.dtype(), [&]<class T>(T) {
    kernels::correlate_depthwise(g.depthwise, images.data<T>(), maps.data<T>(), kernel.mutable_data<T>(),
                                 workspace.mutable_data<T>());
  });
  return kernel;
}

// As of a convolution: each product is linear in both operands, and its gradients are the other two.
Tensor images_of(const Tensor& maps, const Tensor& kernel, const Geometry& g);
Tensor kernel_of(const Tensor& images, const Tensor& maps, const Geometry& g);

// maps[…, c·m + j] = Σ windows[…, c] · kernel[…, c, j] + bias
Tensor maps_of(const Tensor& images, const Tensor& kernel, const Tensor* bias, const Geometry& g) {
  return record_with_bias(
      compute_maps(images, kernel, bias, g), bias,
      detail::wrt(images, [kernel, g](const Tensor& d_maps) { return images_of(d_maps, kernel, g); }),
      detail::wrt(kernel, [images, g](const Tensor& d_maps) { return kernel_of(images, d_maps, g); }));
}

// images[…, c] = the sum of maps[…, c·m + j] · kernel[…, c, j] where windows lie
Tensor images_of(const Tensor& maps, const Tensor& kernel, const Geometry& g) {
  return detail::record(
      compute_images(maps, kernel, g),
      detail::wrt(maps, [kernel, g](const Tensor& d_images) { return maps_of(d_images, kernel, nullptr, g); }),
      detail::wrt(kernel, [maps, g](const Tensor& d_images) { return kernel_of(d_images, maps, g); }));
}

// kernel[…, c, j] = Σ windows[…, c] · maps[…, c·m + j]
Tensor kernel_of(const Tensor& images, const Tensor& maps, const Geometry& g) {
  return detail::record(
      compute_kernel(images, maps, g),
      detail::wrt(images, [maps, g](const Tensor& d_kernel) { return images_of(maps, d_kernel, g); }),
      detail::wrt(maps, [images, g](const Tensor& d_kernel) { return maps_of(images, d_kernel, nullptr, g); }));
}

Tensor depthwise_last(const Tensor& x, const Tensor& kernel, const ConvOptions& options) {
  const Tensor* const bias = pointer_to(options.bias);
  constexpr const char* op = "depthwise_conv";
  const std::int64_t width =
      kernel.rank() < 2 ? std::int64_t{None} : extents_product(op, kernel.dim(-2), kernel.dim(-1));
  require_kernel(op, x, kernel, bias, width);
  if (!Shape(x.dim(-1)).fits(kernel.dim(-2)))
    throw ShapeError(op, fmt::format("channels do not fit the kernel; got {} of the input and a kernel {}; expected {}",
                                     x.dim(-1), kernel.shape(), kernel.dim(-2)));
  const Sliding sliding = sliding_of(op, kernel.shape(), options, padding_of(op, options.padding));
  const kernels::Windows windows = windows_over(op, x.shape(), sliding);
  const Shape maps = maps_shape(x.shape(), windows, width);
  if (x.is_symbolic() || kernel.is_symbolic()) return Tensor::symbolic(maps, x.dtype());
  return maps_of(x, kernel, bias, {{windows, x.dim(-1), kernel.dim(-1)}, x.shape(), maps, kernel.shape()});
}

}  // namespace

Tensor depthwise_conv(const Tensor& x, const Tensor& kernel, const ConvOptions& options) {
  return on_channels_last("depthwise_conv", x, options.data_format,
                          [&](const Tensor& last) { return depthwise_last(last, kernel, options); });
}

Tensor separable_conv(const Tensor& x, const Tensor& depthwise_kernel, const Tensor& pointwise_kernel,
                      const ConvOptions& options) {
  ConvOptions without_bias = options;
  without_bias.bias.reset();
  return conv(depthwise_conv(x, depthwise_kernel, without_bias), pointwise_kernel,
              {.data_format = options.data_format, .bias = options.bias});
}

}  // namespace cornu::ops
