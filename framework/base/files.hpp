#pragma once
// Internal: whole files, read and written.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// The bytes of a file. Throws FileError, naming the file, when it is missing, unreadable, a folder, a pipe, a device
/// or longer than `limit` bytes (files come from anywhere: nothing is read beyond the limit), and for a name with a
/// NUL.
std::string read_text_file(const std::string& path, std::uint64_t limit = std::uint64_t{1} << 30);

/// A path and what shall stand there.
struct FileText {
  std::string path, text;
};

/// Writes a file whole or not at all: under another name in the same folder, then renamed. A symbolic link stays and
/// what it points to is replaced, or made where it is missing. A process that is killed while it writes leaves its
/// draft, which the next one to write in the folder removes. Throws FileError, naming the file, and leaves an older
/// file as it was.
void write_whole_file(const std::string& path, const std::string& text);
/// The same for a text in parts, one behind the other.
void write_whole_file(const std::string& path, std::initializer_list<std::string_view> parts);

/// Writes bytes at an offset of a file that is being made.
using WriteAt = std::function<void(std::uint64_t offset, std::span<const std::byte> bytes)>;
/// The same for a file that is not written front to back: `make` writes it. What `make` throws passes, and an older
/// file stays as it was.
void make_whole_file(const std::string& path, const std::function<void(const WriteAt&)>& make);

/// The same for files that belong together: no path is touched before the texts of all are on disk. Throws FileError
/// for two paths that name one file, behind links too.
void write_whole_files(const std::vector<FileText>& files);

}  // namespace cornu
CORNU_EXPORT_END
