#pragma once
// Internal: dataspace messages.
#include <cstdint>
#include <vector>

#include <cornu/framework/formats/hdf5/input.hpp>
#include <cornu/framework/tensor/shape.hpp>

namespace cornu::formats::hdf5 {

/// The extents of a dataset or an attribute.
struct Dataspace {
  std::vector<std::uint64_t> extents;      ///< each at most 2^63 - 1; none for a scalar
  std::vector<std::uint64_t> max_extents;  ///< up to which they may grow; `undefined_address` for without a limit
  std::uint64_t elements = 1;              ///< their product, at most 2^63 - 1
  bool is_null = false;                    ///< neither a scalar nor an array: nothing at all

  Shape shape() const;
};

/// Throws FileError for a message that is damaged or of a version other than 1 and 2, more axes than a Shape has and
/// more elements than can be counted.
Dataspace read_dataspace(const Input& input, Bytes message);

}  // namespace cornu::formats::hdf5
