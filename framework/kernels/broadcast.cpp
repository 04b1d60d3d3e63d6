#include <cornu/framework/kernels/broadcast.hpp>

namespace cornu::kernels {

template <int operands>
Broadcast<operands>::Broadcast(const std::array<const Shape*, operands>& shapes, const Shape& out) {
  Offsets elements;  // of each operand, in the axes inside the present one
  elements.fill(1);
  for (std::size_t inside = 1; inside <= out.rank(); ++inside) {
    Axis axis{.extent = out[out.rank() - inside], .strides = {}};
    for (std::size_t k = 0; k < operands; ++k) {
      const Shape& shape = *shapes[k];
      const std::int64_t extent = inside <= shape.rank() ? shape[shape.rank() - inside] : 1;
      axis.strides[k] = extent == 1 ? 0 : elements[k];
      elements[k] *= extent;
    }
    append(axis);
  }
  grid_.inner = axes_[0].extent;
  grid_.outer = axes_[1].extent;
  for (std::size_t k = 0; k < operands; ++k) {
    grid_.inner_stride[k] = axes_[0].strides[k];
    grid_.outer_stride[k] = axes_[1].strides[k];
  }
  for (std::size_t i = 2; i < count_; ++i) blocks_ *= axes_[i].extent;
}

template <int operands>
void Broadcast<operands>::append(const Axis& axis) {
  if (axis.extent == 1) return;
  if (count_ > 0) {
    Axis& inner = axes_[count_ - 1];
    bool continues = true;
    for (std::size_t k = 0; k < operands; ++k)
      continues = continues && axis.strides[k] == inner.strides[k] * inner.extent;
    if (continues) {
      inner.extent *= axis.extent;
      return;
    }
  }
  axes_[count_++] = axis;
}

template <int operands>
auto Broadcast<operands>::place_of(std::int64_t block) const -> Place {
  Place place;
  for (std::size_t i = 2; i < count_; ++i) {
    const Axis& axis = axes_[i];
    place.position[i] = block % axis.extent;
    block /= axis.extent;
    for (std::size_t k = 0; k < operands; ++k) place.offsets[k] += place.position[i] * axis.strides[k];
  }
  return place;
}

template <int operands>
void Broadcast<operands>::advance(Place& place) const {
  for (std::size_t i = 2; i < count_; ++i) {
    const Axis& axis = axes_[i];
    const bool wraps = ++place.position[i] == axis.extent;
    for (std::size_t k = 0; k < operands; ++k) place.offsets[k] += axis.strides[k] * (wraps ? 1 - axis.extent : 1);
    if (!wraps) return;
    place.position[i] = 0;
  }
}

template class Broadcast<2>;
template class Broadcast<3>;

}  // namespace cornu::kernels
