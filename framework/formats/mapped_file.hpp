#pragma once
// Internal: a file as memory.
#include <cstddef>
#include <span>
#include <string>

#include <cornu/framework/base/export.hpp>

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

}  // namespace cornu::formats
CORNU_EXPORT_END
