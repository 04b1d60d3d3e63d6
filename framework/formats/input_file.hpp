#pragma once
// Internal: a file that is read in pieces.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::formats {

/// A file that is open for reading. All functions throw FileError, naming `where` and the file.
class InputFile {
 public:
  /// Throws for a file that is missing or unreadable, and for a folder, a pipe and a device. `where` must outlive it.
  InputFile(std::string_view where, const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  const std::string& path() const { return path_; }
  std::size_t size() const { return size_; }  ///< when it was opened
  int descriptor() const { return descriptor_; }

  /// `count` bytes from `offset` on. Throws when the file ends before.
  void read(void* to, std::size_t count, std::size_t offset) const;

  [[noreturn]] void refuse(std::string_view message) const;
  /// Throws with what the system says of the last call.
  [[noreturn]] void fail_by_errno() const;

 private:
  std::string_view where_;
  std::string path_;
  int descriptor_ = -1;
  std::size_t size_ = 0;
};

}  // namespace cornu::formats
CORNU_EXPORT_END
