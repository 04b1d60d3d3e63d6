// How layers are parts of one another, and what is left of one that was moved.
#include <fmt/core.h>

#include <set>
#include <utility>
#include <vector>

#include <cornu/framework/layer/layer.hpp>

namespace cornu {

namespace {
[[noreturn]] void throw_cycle(const LayerBase& inner, const LayerBase& outer) {
  throw ValueError(outer.place(),
                   fmt::format("a layer cannot be part of itself; got {} in {}; expected a layer that does "
                               "not contain the other",
                               inner.place(), outer.place()));
}
}  // namespace

LayerBase& LayerBase::operator=(LayerBase&& other) {
  if (other.contains(*this)) throw_cycle(other, *this);
  supports_masking_ = other.supports_masking_;
  autocast_ = other.autocast_;
  options_ = std::move(other.options_);
  place_ = std::move(other.place_);
  built_ = other.built_;
  is_building_ = other.is_building_;
  has_given_name_ = other.has_given_name_;
  lets_masks_end_ = other.lets_masks_end_;
  weights_ = std::move(other.weights_);
  sublayers_ = std::move(other.sublayers_);
  weights_before_build_ = other.weights_before_build_;
  moved_ = std::move(other.moved_);
  return *this;
}

void LayerBase::throw_moved() const {
  throw StateError(class_name(),
                   "the layer was moved into another object; got a use of what is left of it; expected a layer that "
                   "holds its weights; to use one in several places, make it with layers::shared(…)");
}

// Without recursion, and each layer once: models may be nested deep, and share layers.
bool LayerBase::contains(const LayerBase& layer) const {
  std::vector<const LayerBase*> pending{this};
  std::set<const LayerBase*> seen;
  while (!pending.empty()) {
    const LayerBase* const next = pending.back();
    pending.pop_back();
    for (const auto& [attribute, inner] : next->sublayers_) {
      if (inner.get() == &layer) return true;
      if (seen.insert(inner.get()).second) pending.push_back(inner.get());
    }
  }
  return false;
}

void LayerBase::add_sublayer(std::string attribute, std::shared_ptr<LayerBase> layer) {
  require_here();
  if (!layer) throw ValueError("track", fmt::format("no layer; got a null pointer for '{}'", attribute));
  layer->require_here();
  if (layer.get() == this || layer->contains(*this)) throw_cycle(*layer, *this);
  if (layer->name().empty()) layer->set_name(attribute);
  if (!trainable()) layer->set_trainable(false);
  sublayers_.emplace_back(std::move(attribute), std::move(layer));
}

void LayerBase::remove_last_sublayer() { sublayers_.pop_back(); }

}  // namespace cornu
