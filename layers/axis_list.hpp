#pragma once
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/config_view.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// The axes that a layer is told: one, or a list of them. `{.axis = -1}`, `{.axis = {1, 2}}`. Configs keep the form.
class AxisList {
 public:
  AxisList(std::int64_t axis) : axes_{axis}, is_list_(false) {}
  AxisList(std::initializer_list<std::int64_t> axes) : axes_(axes) {}
  explicit AxisList(std::vector<std::int64_t> axes) : axes_(std::move(axes)) {}

  /// As they were given, negative ones from the end.
  const std::vector<std::int64_t>& given() const { return axes_; }
  /// The least first, as Keras keeps those of a layer that is built.
  AxisList sorted() const;
  operator ops::Axes() const { return ops::Axes(axes_); }

  friend void read_value(const ConfigView& view, AxisList& value);
  friend Config value_of(const AxisList& value);

 private:
  std::vector<std::int64_t> axes_;
  bool is_list_ = true;
};

void read_value(const ConfigView& view, AxisList& value);
Config value_of(const AxisList& value);

/// The extents of a shape along the axes, in their order.
Shape extents_along(const AxisList& axes, const Shape& shape);
/// The same, each at its place among extents of 1: what a weight along the axes must have to broadcast.
Shape broadcast_along(const AxisList& axes, const Shape& shape);

/// Throws ValueError for an empty list.
void require_some(std::string_view layer, const AxisList& axes);
/// Throws ShapeError unless the shape has these extents along the axes, as far as it is known.
void require_extents(std::string_view layer, const AxisList& axes, const Shape& extents, const Shape& shape);

}  // namespace cornu::layers
CORNU_EXPORT_END
