#pragma once
#include <cstdint>
#include <optional>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// Labels as float32 rows with a 1 at the label and 0 elsewhere, as keras.utils.to_categorical: (…) → (…, num_classes),
/// and (…, 1) of rank 2 and more → (…, num_classes) too. Not given, num_classes is the largest label + 1. Labels are
/// integers, bools or whole floats. Throws IndexError for a label that is negative, num_classes or more, or no whole
/// number; ValueError for num_classes below 1, and for no label to find num_classes by.
///
///     to_categorical(Tensor({0, 2}), 3)   // [[1 0 0] [0 0 1]]
Tensor to_categorical(const Tensor& y, std::optional<std::int64_t> num_classes = {});

}  // namespace cornu
CORNU_EXPORT_END
