#pragma once
// Internal: stored numbers become those of a Tensor.
#include <cornu/framework/formats/hdf5/dataset.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::formats::hdf5 {

/// The dtype of the Tensor that read_tensor makes. Throws FileError for strings and types that are not supported.
DType dtype_for(const Input& input, const Datatype& type);

/// The elements as a Tensor: float16 and bfloat16 become float32, integers below 32 bits int32, uint32 and uint64
/// int64; the others stay what they are. Throws FileError as read_elements does, for uint64 numbers of 2^63 and more,
/// and for a bool that is neither 0 nor 1.
Tensor read_tensor(const Input& input, const DatasetHeader& dataset);

}  // namespace cornu::formats::hdf5
