#pragma once
// Internal: a file as memory.
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::formats {

/// The bytes of a file, whose pages are read when they are first used. They may be written: changed pages are the
/// program's own, and the file stays as it is. While it is mapped the file must not be shortened.
class MappedFile {
 public:
  /// Throws FileError, naming the file, when it is missing, unreadable, a folder or a device.
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<std::byte> bytes() const { return bytes_; }

 private:
  std::span<std::byte> bytes_;
};

/// A file that lives as long as a tensor over a part of it does.
using SharedFile = std::shared_ptr<const MappedFile>;

/// A tensor over the bytes at `offset`, which must all be there and at a multiple of the element's size. Whoever writes
/// to it changes memory, not the file.
Tensor tensor_in(const SharedFile& file, std::size_t offset, const Shape& shape, DType dtype);

}  // namespace cornu::formats
CORNU_EXPORT_END
