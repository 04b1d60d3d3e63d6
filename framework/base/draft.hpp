#pragma once
// Internal: files in the making.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace cornu {

/// A new file beside the one that it shall replace, which vanishes unless it is published.
///
/// Drafts of a folder are named .cornu-0.tmp, .cornu-1.tmp, … Each is locked as long as somebody writes it, and the
/// lock ends with its process. So a draft without a lock is the leftover of a process that was killed: whoever writes
/// next in the folder removes it. On a file system without locks leftovers stay, and other names are taken.
class Draft {
 public:
  /// Throws FileError, as all functions do, naming `path`: where write_target does, and when no file can be made there.
  explicit Draft(const std::string& path);
  ~Draft();
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  void write(std::uint64_t offset, std::span<const std::byte> bytes);
  /// Its bytes are on the disk, and it has the permissions of the file that it will replace.
  void finish();
  /// It takes the path.
  void publish();

 private:
  void open();
  void send(std::uint64_t end);
  [[noreturn]] void fail(int error) const;

  std::string path_;
  std::filesystem::path target_, draft_;
  int descriptor_ = -1;
  std::uint64_t sent_ = 0;  // up to where the disk was told to begin
};

}  // namespace cornu
