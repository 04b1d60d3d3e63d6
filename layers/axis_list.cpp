#include <cornu/layers/axis_list.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>

namespace cornu::layers {

AxisList AxisList::sorted() const {
  AxisList list(axes_);
  std::sort(list.axes_.begin(), list.axes_.end());
  return list;
}

void read_value(const ConfigView& view, AxisList& value) {
  if (view.is_int()) {
    value = view.as_int();
  } else {
    std::vector<std::int64_t> axes;
    cornu::read_value(view, axes);
    value = AxisList(std::move(axes));
  }
}

Config value_of(const AxisList& value) {
  return value.is_list_ ? cornu::value_of(value.axes_) : Config(value.axes_.front());
}

Shape extents_along(const AxisList& axes, const Shape& shape) {
  Shape extents;
  for (const std::int64_t axis : axes.given()) extents.push_back(shape.dim(axis));
  return extents;
}

Shape broadcast_along(const AxisList& axes, const Shape& shape) {
  Shape extents;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) extents.push_back(1);
  for (const std::int64_t axis : axes.given()) extents = extents.with(shape.normalize_axis(axis), shape.dim(axis));
  return extents;
}

void require_some(std::string_view layer, const AxisList& axes) {
  if (axes.given().empty()) throw ValueError(layer, "`axis` names no axis; got an empty list; expected one or more");
}

void require_extents(std::string_view layer, const AxisList& axes, const Shape& extents, const Shape& shape) {
  if (!extents_along(axes, shape).fits(extents))
    throw ShapeError(layer, fmt::format("the layer was built for another input; got shape {}; expected extents {} "
                                        "along axes {}",
                                        shape, extents, fmt::join(axes.given(), ", ")));
}

}  // namespace cornu::layers
