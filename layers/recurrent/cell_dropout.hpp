#pragma once
// Internal: what recurrent cells drop.
#include <cstdint>
#include <optional>

#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/tensor/random.hpp>

namespace cornu::layers::detail {

/// Throws ValueError unless the rate lies in 0 … 1.
void require_rate(const char* where, const char* argument, double rate);

/// That many masks with 1 / (1 − rate) where an element is kept and 0 elsewhere; none for a rate of 0. Drawn from the
/// generator, or from the library's where there is none.
Tensors drawn_masks(std::optional<random::Generator>& generator, const Shape& shape, double rate, std::int64_t count,
                    DType dtype);

}  // namespace cornu::layers::detail
