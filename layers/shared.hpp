#pragma once
#include <concepts>
#include <memory>
#include <utility>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// A layer to keep hold of: for graphs that call it more than once, and for models that share it. (std::make_shared
/// takes no options in braces.)
///
///     const auto table = layers::shared(layers::Embedding(1000, 16, {.mask_zero = true}));
///     const auto q = (*table)(question), a = (*table)(answer);
template <std::derived_from<LayerBase> L>
std::shared_ptr<L> shared(L layer) {
  return std::make_shared<L>(std::move(layer));
}

}  // namespace cornu::layers
CORNU_EXPORT_END
