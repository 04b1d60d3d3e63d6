// How a layer is built once, and not at all when that fails.

#include <cornu/framework/layer/layer.hpp>

namespace cornu {

// A layer as it is before a build that may fail.
struct LayerBase::Unbuilt {
  LayerBase* layer;
  std::size_t weights, sublayers;

  void restore() const {
    layer->built_ = layer->is_building_ = false;
    layer->weights_.erase(layer->weights_.begin() + static_cast<std::ptrdiff_t>(weights), layer->weights_.end());
    layer->sublayers_.resize(sublayers);
  }
};

void LayerBase::collect_unbuilt(std::vector<Unbuilt>& into) {
  if (!built_) into.push_back({this, weights_.size(), sublayers_.size()});
  for (const auto& [attribute, layer] : sublayers_) layer->collect_unbuilt(into);
}

// Does what may build layers, and takes back what was built when it fails.
void LayerBase::or_unbuilt(const Callable<void()>& f) {
  std::vector<Unbuilt> before;
  collect_unbuilt(before);
  try {
    f();
  } catch (...) {
    for (const Unbuilt& state : before) state.restore();
    throw;
  }
}

template <class S>
void LayerBase::build_once(const S& shapes) {
  place_ = place();
  const ErrorScope scope(place_);
  or_unbuilt([&] {
    weights_before_build_ = weights_.size();
    is_building_ = true;
    build(shapes);
  });
  is_building_ = false;
  built_ = true;
}

void LayerBase::ensure_built(const Shape& input_shape) {
  require_here();
  if (!built_) build_once(input_shape);
}

void LayerBase::ensure_built(const Shapes& input_shapes) {
  require_here();
  if (!built_) build_once(input_shapes);
}

}  // namespace cornu
