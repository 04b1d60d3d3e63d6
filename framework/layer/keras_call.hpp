#pragma once
// Internal: how Keras's call takes the inputs of a layer.
#include <span>
#include <string_view>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

/// The arguments of Keras's call that take the inputs one by one, in their order: "query", "value", "key",
/// "attention_mask". None where the call takes one tensor or a list. The mask of one is the argument "query_mask".
/// (layers/keras_masking.cpp)
std::span<const std::string_view> keras_input_names(const LayerBase& layer);

/// The argument that files name always; the others are given by their place.
constexpr std::string_view attention_mask_name = "attention_mask";

}  // namespace cornu::detail
CORNU_EXPORT_END
