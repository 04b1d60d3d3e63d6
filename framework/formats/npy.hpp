#pragma once
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// Options of read_npy.
struct ReadNpyOptions {
  bool memory_map = false;  ///< leave the elements in the file: pages are read when they are first used
};

/// Reads a file of numpy.save of rank 0 to 6, format versions 1 to 3. float32, float64, int32, int64 and bool stay what
/// they are; float16 and ml_dtypes' float8_e5m2 become float32, int8, int16, uint8 and uint16 int32, uint32 and uint64
/// int64; big-endian numbers are turned round. Elements in Fortran order, which NumPy writes of a transposed array, are
/// put in C order.
///
///     layers::Embedding(1'000'000, 64, {.weights = read_npy("vectors.npy", {.memory_map = true})})
///
/// A tensor over a mapped file takes memory for the pages that are used alone. It may be written as any other: changed
/// pages become the program's own, and the file stays as it is. While it is mapped the file must not be shortened;
/// write_npy over it is safe, and does not show. Elements that do not lie where their type can be read, in Fortran
/// order or of another dtype, are copied.
///
/// Throws FileError, naming the file, when it is missing or not a file of this kind, says something else than its
/// length, or holds bools other than 0 and 1, uint64 beyond int64, texts, records, dates or Python objects.
Tensor read_npy(const std::string& path, const ReadNpyOptions& options = {});

/// Writes a file that numpy.load reads, whole or not at all. Throws FileError, and StateError for a symbolic tensor.
void write_npy(const std::string& path, const Tensor& tensor);

}  // namespace cornu
CORNU_EXPORT_END
