#pragma once
// Internal: strings of datasets and attributes.
#include <string>
#include <vector>

#include <cornu/framework/formats/hdf5/datatype.hpp>
#include <cornu/framework/formats/hdf5/global_heap.hpp>
#include <cornu/framework/formats/hdf5/input.hpp>

namespace cornu::formats::hdf5 {

inline bool is_string(Hdf5Type type) { return type == Hdf5Type::fixed_string || type == Hdf5Type::variable_string; }

/// The strings whose elements `bytes` holds: those of variable length as they are, fixed ones without their padding.
/// Throws FileError for another type and for more strings than the limits allow.
std::vector<std::string> read_strings(const Input& input, GlobalHeap& heap, const Datatype& type, Bytes bytes);

}  // namespace cornu::formats::hdf5
