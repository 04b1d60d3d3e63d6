#pragma once
// Internal: what Keras keeps of a layer beside its config and its numbered weights: a vocabulary, and its weights.
#include <optional>
#include <string_view>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

/// Whether the layer has a vocabulary, and none is set. (layers/keras_vocabulary.cpp)
bool lacks_vocabulary(const LayerBase& layer);

/// Sets what Keras's vocabulary.txt has, an integer a line, special tokens first, with a weight for each if the layer
/// wants them. Nothing but special tokens leaves the layer as it is. Throws FileError, naming `place`, for another
/// text, for another size than the config says, and for weights that are missing or too few.
void read_vocabulary(LayerBase& layer, std::string_view text, const std::optional<Tensor>& weights,
                     std::string_view place);

/// Whether a file has the weights of the vocabulary under the name "idf_weights" instead of a number.
bool has_vocabulary_weights(const LayerBase& layer);
/// Those, float32, if the layer has them.
std::optional<Tensor> vocabulary_weights(const LayerBase& layer);

}  // namespace cornu::detail
CORNU_EXPORT_END
