#pragma once
// Internal: which keys a query attends to.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <cornu/framework/layer/call_context.hpp>

namespace cornu::layers {

/// bool (queries, keys): true where no key stands behind the query's own place; with a window, where they are less than
/// `window` places apart besides.
Tensor places_mask(std::int64_t queries, std::int64_t keys, bool is_causal, std::optional<std::int64_t> window = {});

/// What both allow; the one that is there, if the other is not.
Mask both(const Mask& a, const Mask& b);

/// A mask of the leading axes of an input as it broadcasts to the scores. Axes go by letters: `input` has one for each
/// axis of the input, `scores` one for each of the scores, which have all of those that the mask has. Throws ShapeError
/// for another mask than that.
Tensor mask_along(std::string_view layer, const Tensor& mask, const Shape& input_shape, std::string_view input,
                  std::string_view scores);

}  // namespace cornu::layers
