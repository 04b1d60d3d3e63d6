#include <cornu/framework/ops/convolution.hpp>

#include <functional>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/convolution.hpp>
#include <cornu/framework/kernels/elementwise.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/conv_relu.hpp>
#include <cornu/framework/ops/convolution_support.hpp>

namespace cornu::ops {

namespace {

// What images, maps and the kernel of a convolution look like, whichever of them is wanted.
struct Geometry {
  kernels::Convolution convolution;
  Shape images, maps, kernel;
};

Tensor workspace_for(const Geometry& g, DType dtype) {
  return Tensor::uninitialized({kernels::convolution_workspace(g.convolution)}, dtype);
}
template <class T>
std::span<T> all_of(Tensor& workspace) {
  return {workspace.mutable_data<T>(), static_cast<std::size_t>(workspace.size())};
}

// The three products of a convolution. Each is linear in both operands, and its gradients are the other two.

Tensor compute_maps(const Tensor& images, const Tensor& kernel, const Tensor* bias, const Geometry& g) {
  Tensor maps = Tensor::uninitialized(g.maps, images.dtype());
  if (maps.size() == 0) return maps;
  Tensor workspace = workspace_for(g, maps.dtype());
  detail::for_floating_type(maps.dtype(), [&]<class T>(T) {
    kernels::convolve(g.convolution, images.data<T>(), kernel.data<T>(), data_or_null<T>(bias), maps.mutable_data<T>(),
                      all_of<T>(workspace));
  });
  return maps;
}

Tensor compute_images(const Tensor& maps, const Tensor& kernel, const Tensor* bias, const Geometry& g) {
  Tensor images = Tensor::uninitialized(g.images, maps.dtype());
  if (images.size() == 0) return images;
  Tensor workspace = workspace_for(g, maps.dtype());
  detail::for_floating_type(maps.dtype(), [&]<class T>(T) {
    kernels::convolve_back(g.convolution, maps.data<T>(), kernel.data<T>(), data_or_null<T>(bias),
                           images.mutable_data<T>(), all_of<T>(workspace));
  });
  return images;
}

Tensor compute_kernel(const Tensor& images, const Tensor& maps, const Geometry& g) {
  if (images.size() == 0 || maps.size() == 0) return Tensor::zeros(g.kernel, maps.dtype());
  Tensor kernel = Tensor::uninitialized(g.kernel, maps.dtype());
  Tensor workspace = workspace_for(g, maps.dtype());
  detail::for_floating_type(maps.dtype(), [&]<class T>(T) {
    kernels::correlate(g.convolution, images.data<T>(), maps.data<T>(), kernel.mutable_data<T>(), all_of<T>(workspace));
  });
  return kernel;
}

Tensor images_of(const Tensor& maps, const Tensor& kernel, const Tensor* bias, const Geometry& g);
Tensor kernel_of(const Tensor& images, const Tensor& maps, const Geometry& g);

// maps = windows of the images · kernel + bias
Tensor maps_of(const Tensor& images, const Tensor& kernel, const Tensor* bias, const Geometry& g) {
  return record_with_bias(
      compute_maps(images, kernel, bias, g), bias,
      detail::wrt(images, [kernel, g](const Tensor& d_maps) { return images_of(d_maps, kernel, nullptr, g); }),
      detail::wrt(kernel, [images, g](const Tensor& d_maps) { return kernel_of(images, d_maps, g); }));
}

// images = the sum of maps · kernelᵀ where windows lie + bias
Tensor images_of(const Tensor& maps, const Tensor& kernel, const Tensor* bias, const Geometry& g) {
  return record_with_bias(
      compute_images(maps, kernel, bias, g), bias,
      detail::wrt(maps, [kernel, g](const Tensor& d_images) { return maps_of(d_images, kernel, nullptr, g); }),
      detail::wrt(kernel, [maps, g](const Tensor& d_images) { return kernel_of(d_images, maps, g); }));
}

// kernel = windows of the imagesᵀ · maps
Tensor kernel_of(const Tensor& images, const Tensor& maps, const Geometry& g) {
  return detail::record(
      compute_kernel(images, maps, g),
      detail::wrt(images, [maps, g](const Tensor& d_kernel) { return images_of(maps, d_kernel, nullptr, g); }),
      detail::wrt(maps, [images, g](const Tensor& d_kernel) { return maps_of(images, d_kernel, nullptr, g); }));
}

// maps = relu(windows of the images · kernel + bias), and its gradients in one go

Tensor compute_relu_maps(const Tensor& images, const Tensor& kernel, const Tensor* bias, const Geometry& g) {
  Tensor maps = Tensor::uninitialized(g.maps, images.dtype());
  Tensor workspace = workspace_for(g, maps.dtype());
  detail::for_floating_type(maps.dtype(), [&]<class T>(T) {
    kernels::convolve_relu(g.convolution, images.data<T>(), kernel.data<T>(), data_or_null<T>(bias),
                           maps.mutable_data<T>(), all_of<T>(workspace));
  });
  return maps;
}

struct ReluMaps {
  Tensor images, kernel, maps;
  Geometry geometry;
};

// Of a tensor that is wanted, or null.
template <class T>
T* place_in(Tensor& wanted) {
  return wanted.defined() ? wanted.mutable_data<T>() : nullptr;
}

// d_sums = d_maps where relu let the sums pass, 0 elsewhere
template <class T>
void pass_relu(const T* d_maps, const T* maps, std::int64_t size, T* d_sums) {
  detail::parallel_for(size, detail::elements_a_piece(), [&](std::int64_t first, std::int64_t last) {
    kernels::table<kernels::ElementwiseKernels<T>>().relu_gradient(d_maps + first, maps + first, d_sums + first,
                                                                   last - first);
  });
}

void fused_gradients(const ReluMaps& op, const Gradient& d_maps, detail::InputGradients& d_inputs) {
  const Geometry& g = op.geometry;
  const DType dtype = op.maps.dtype();
  const Shape shapes[] = {g.images, g.kernel, Shape(g.convolution.filters)};
  Tensor gradients[3];
  for (std::size_t i = 0; i < d_inputs.size(); ++i)
    if (d_inputs.wanted(i)) gradients[i] = Tensor::uninitialized(shapes[i], dtype);
  const bool goes_by_sample = d_maps.by_sample() && kernels::goes_by_images(g.convolution);
  const auto by_sample = goes_by_sample ? d_maps.by_sample()->through_relu() : nullptr;
  const Tensor all = by_sample ? Tensor() : d_maps.to_dense();
  Tensor workspace = workspace_for(g, dtype);
  detail::for_floating_type(dtype, [&]<class T>(T) {
    const auto write_d_sums = [&, size = g.convolution.maps_of_image()](std::int64_t image, T* d_sums) {
      if (by_sample) return by_sample->write(image, d_sums);
      pass_relu(all.data<T>() + image * size, op.maps.data<T>() + image * size, size, d_sums);
    };
    const kernels::ConvolutionGradients<T> wanted{op.images.data<T>(),       op.kernel.data<T>(),
                                                  std::ref(write_d_sums),    place_in<T>(gradients[0]),
                                                  place_in<T>(gradients[1]), place_in<T>(gradients[2])};
    kernels::convolve_gradients(g.convolution, wanted, all_of<T>(workspace));
  });
  for (std::size_t i = 0; i < d_inputs.size(); ++i)
    if (d_inputs.wanted(i)) d_inputs.add(i, gradients[i]);
}

// For when the gradients are differentiated again.
void plain_gradients(const ReluMaps& op, const Tensor& d_maps, detail::InputGradients& d_inputs) {
  const Geometry& g = op.geometry;
  const Tensor d_sums = where(greater(op.maps, 0), d_maps, scalar(0, d_maps.dtype()));
  if (d_inputs.wanted(0)) d_inputs.add(0, images_of(d_sums, op.kernel, nullptr, g));
  if (d_inputs.wanted(1)) d_inputs.add(1, kernel_of(op.images, d_sums, g));
  if (d_inputs.size() > 2 && d_inputs.wanted(2)) d_inputs.add(2, sum_to(d_sums, Shape(g.convolution.filters)));
}

Tensor relu_maps_of(const Tensor& images, const Tensor& kernel, const Tensor* bias, const Geometry& g) {
  const ReluMaps op{images, kernel, compute_relu_maps(images, kernel, bias, g), g};
  const Tensor* const inputs[] = {&images, &kernel, bias};
  return detail::record_joint(std::span(inputs, bias ? 3 : 2), op.maps,
                              [op](const Gradient& d_maps, detail::InputGradients& d_inputs) {
                                detail::is_recording() ? plain_gradients(op, d_maps.to_dense(), d_inputs)
                                                       : fused_gradients(op, d_maps, d_inputs);
                              });
}

// How many groups the channels of an input make, each as wide as the kernel's.
std::int64_t groups_of(const Shape& x, const Shape& kernel) {
  const std::int64_t channels = x.back(), own = kernel.dim(-2), filters = kernel.back();
  if (channels == None || channels == own) return 1;
  const std::int64_t groups = own > 0 && channels > 0 && channels % own == 0 ? channels / own : 0;
  if (groups > 0 && filters % groups == 0) return groups;
  throw ShapeError("conv", fmt::format("channels do not fit the kernel; got {} of the input and a kernel {}; expected "
                                       "{}, or a multiple of that many that divides the {} filters into groups",
                                       channels, kernel, own, filters));
}

bool fuses_relu(const Geometry& g) {
  return g.images.size() > 0 && g.maps.size() > 0 && kernels::fuses_relu(g.convolution);
}

Tensor conv_last(const Tensor& x, const Tensor& kernel, const ConvOptions& options, bool with_relu) {
  const Tensor* const bias = pointer_to(options.bias);
  require_kernel("conv", x, kernel, bias, kernel.rank() > 0 ? kernel.shape().back() : None);
  const std::int64_t groups = groups_of(x.shape(), kernel.shape()), filters = kernel.dim(-1);
  const Sliding sliding =
      sliding_of("conv", kernel.shape(), options, padding_of("conv", options.padding, x.rank() == 3));
  const kernels::Windows windows = windows_over("conv", x.shape(), sliding);
  const Shape maps = maps_shape(x.shape(), windows, filters);
  if (x.is_symbolic() || kernel.is_symbolic()) return Tensor::symbolic(maps, x.dtype());
  const Geometry g{{windows, x.dim(-1), filters, groups}, x.shape(), maps, kernel.shape()};
  if (!with_relu) return maps_of(x, kernel, bias, g);
  return fuses_relu(g) ? relu_maps_of(x, kernel, bias, g) : relu(maps_of(x, kernel, bias, g));
}

void require_channels(const Shape& x, const Shape& kernel) {
  if (Shape(x.back()).fits(kernel.back())) return;
  throw ShapeError("conv_transpose", fmt::format("channels do not fit the kernel; got {} of the input and a kernel {}; "
                                                 "expected {}",
                                                 x.back(), kernel, kernel.back()));
}

Tensor transpose_last(const Tensor& x, const Tensor& kernel, const ConvTransposeOptions& options) {
  const Tensor* const bias = pointer_to(options.bias);
  constexpr const char* op = "conv_transpose";
  require_kernel(op, x, kernel, bias, kernel.rank() > 1 ? kernel.dim(-2) : None);
  require_channels(x.shape(), kernel.shape());
  const Sliding sliding = sliding_of(op, kernel.shape(), options, padding_of(op, options.padding));
  std::optional<std::array<std::int64_t, 3>> output_padding;
  if (options.output_padding.is_given())
    output_padding = options.output_padding.of(op, "output_padding", sliding.axes, 0);
  const kernels::Windows windows = windows_under(op, x.shape(), sliding, output_padding);
  const Shape images = images_shape(x.shape(), windows, kernel.dim(-2));
  if (x.is_symbolic() || kernel.is_symbolic()) return Tensor::symbolic(images, x.dtype());
  return images_of(x, kernel, bias, {{windows, kernel.dim(-2), kernel.dim(-1), 1}, images, x.shape(), kernel.shape()});
}

}  // namespace

Tensor conv(const Tensor& x, const Tensor& kernel, const ConvOptions& options) {
  return on_channels_last("conv", x, options.data_format,
                          [&](const Tensor& last) { return conv_last(last, kernel, options, false); });
}

Tensor conv_relu(const Tensor& x, const Tensor& kernel, const ConvOptions& options) {
  return on_channels_last("conv", x, options.data_format,
                          [&](const Tensor& last) { return conv_last(last, kernel, options, true); });
}

Tensor conv_transpose(const Tensor& x, const Tensor& kernel, const ConvTransposeOptions& options) {
  return on_channels_last("conv_transpose", x, options.data_format,
                          [&](const Tensor& last) { return transpose_last(last, kernel, options); });
}

}  // namespace cornu::ops
