#pragma once
// Internal: what stands in front of the elements of a file of numpy.save.
#include <string>
#include <string_view>

#include <cornu/framework/formats/stored_numbers.hpp>
#include <cornu/framework/tensor/shape.hpp>

namespace cornu::detail {

struct NpyLayout {
  formats::StoredNumber type;
  Shape shape;
  bool fortran_order = false;  ///< the first axis is the fastest in the file
  bool big_endian = false;

  /// Whether a tensor can lie over the bytes of the file.
  bool is_stored_as_read() const { return !fortran_order && !big_endian && formats::is_stored_as_read(type); }
};

/// Reads {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }, Python for those three entries in any order.
/// Throws FileError, naming `path`, for anything else, other dtypes and more axes than a Shape has.
NpyLayout parse_npy_header(const std::string& path, std::string_view text);

/// Writes that of elements in C order.
std::string format_npy_header(DType dtype, const Shape& shape);

}  // namespace cornu::detail
