#include <cornu/layers/merging/dot.hpp>

#include <fmt/core.h>

#include <array>
#include <utility>

#include <cornu/framework/ops/arrange.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

Dot::Dot(std::int64_t axis, DotOptions options) : Dot(std::array{axis, axis}, std::move(options)) { is_pair_ = false; }

Dot::Dot(std::array<std::int64_t, 2> axes, DotOptions options)
    : Layer(layer_options(options)), axes_(axes), normalize_(options.normalize) {
  supports_masking_ = true;
}

namespace {

struct Side {
  Tensor x;
  std::size_t axis;
  std::int64_t extent() const { return x.shape()[axis]; }
  // Of a sample, without the axis.
  Shape others() const { return x.shape().removed(axis).removed(0); }
};

Side side(const Tensor& x, std::int64_t axis) {
  if (x.rank() < 2) throw ValueError("Dot", fmt::format("inputs must have rank 2 or more; got shape {}", x.shape()));
  const std::size_t at = x.shape().normalize_axis(axis);
  if (at == 0)
    throw ValueError("Dot", fmt::format("axis 0 is the batch; got axis {} of {}; expected another", axis, x.shape()));
  return {x, at};
}

void require_fit(const Side& a, const Side& b) {
  ops::require_same_dtype("Dot", a.x, b.x);
  if (!Shape(a.x.dim(0), a.extent()).fits({b.x.dim(0), b.extent()}))
    throw ShapeError("Dot", fmt::format("extents differ; got axis {} of {} and axis {} of {}; expected equal ones, and "
                                        "one batch",
                                        a.axis, a.x.shape(), b.axis, b.x.shape()));
}

// x / |x| along the axis, |x| at least 1e-7
Side normalized(const Side& side) {
  const Tensor squares =
      ops::sum(ops::square(side.x), {.axis = static_cast<std::int64_t>(side.axis), .keepdims = true});
  return {side.x * ops::rsqrt(ops::maximum(squares, Tensor::full({}, 1e-14, side.x.dtype()))), side.axis};
}

// The axis at the end, if it is neither there nor behind the batch.
Side with_outer_axis(const Side& side) {
  if (side.axis == 1 || side.axis + 1 == side.x.rank()) return side;
  const std::size_t last = side.x.rank() - 1;
  std::array<std::int64_t, Shape::max_rank> order{};
  for (std::size_t axis = 0; axis < last; ++axis) order[axis] = static_cast<std::int64_t>(axis + (axis >= side.axis));
  order[last] = static_cast<std::int64_t>(side.axis);
  return {ops::permuted(side.x, {order.data(), side.x.rank()}), last};
}

// (batch, others, extent), or (batch, extent, others) if the axis stands there already
struct Matrices {
  Tensor x;
  bool axis_first;
};

Matrices as_matrices(const Side& given) {
  const Side side = with_outer_axis(given);
  const bool axis_first = side.axis + 1 != side.x.rank();
  const std::int64_t others = side.others().size(), extent = side.extent(), batch = side.x.dim(0);
  return {ops::reshape(side.x, axis_first ? Shape{batch, extent, others} : Shape{batch, others, extent}), axis_first};
}

Tensor product(const Matrices& a, const Matrices& b) {
  const bool has_vectors = !a.axis_first && !b.axis_first && a.x.dim(1) == 1 && b.x.dim(1) == 1;
  return has_vectors ? ops::dot(a.x, b.x) : ops::matmul(a.x, b.x, a.axis_first, !b.axis_first);
}

}  // namespace

// y[b, i…, j…] = Σ_k x[b, i…, k] · y[b, j…, k]
Tensors Dot::call(const Tensors& inputs, const CallContext&) {
  if (inputs.size() != 2) throw ValueError("Dot", fmt::format("the layer takes two inputs; got {}", inputs.size()));
  const Side a = side(inputs[0], axes_[0]), b = side(inputs[1], axes_[1]);
  require_fit(a, b);
  Shape shape = a.x.shape().removed(a.axis);
  for (const std::int64_t extent : b.others()) shape.push_back(extent);
  if (shape.rank() == 1) shape.push_back(1);
  if (a.x.is_symbolic()) return Tensor::symbolic(shape, a.x.dtype());
  const Matrices x = as_matrices(normalize_ ? normalized(a) : a), y = as_matrices(normalize_ ? normalized(b) : b);
  return ops::reshape(product(x, y), shape);
}

Masks Dot::compute_mask(const Tensors&, const Masks&) const { return {}; }

Config Dot::get_config() const {
  return LayerBase::get_config().merge(Config::object(
      {{"axes", is_pair_ ? Config::list({axes_[0], axes_[1]}) : Config(axes_[0])}, {"normalize", normalize_}}));
}

std::shared_ptr<Dot> Dot::from_config(const ConfigView& config) {
  auto options = with_layer_options<DotOptions>(config);
  options.normalize = config.get("normalize", options.normalize);
  const ConfigView axes = config.at("axes");
  if (axes.is_int()) return std::make_shared<Dot>(axes.as_int(), std::move(options));
  if (axes.items().size() != 2) axes.refuse("an axis, or two of them");
  return std::make_shared<Dot>(std::array{axes.at(0).as_int(), axes.at(1).as_int()}, std::move(options));
}

}  // namespace cornu::layers
