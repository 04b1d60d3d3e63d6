#pragma once
// Internal: files that grow at their end.
#include <cstdint>
#include <string>
#include <string_view>

namespace cornu {

/// Adds a text at the end of a file, or makes the file; returns how many bytes the file has then. All of the text is
/// there when it returns, for whoever reads the file. When it throws, the file is as long as before. It does not wait
/// for the disk. Throws FileError, naming the file, when it cannot be written, is a folder, a pipe or a device, and for
/// a name with a NUL.
std::uint64_t append_to_file(const std::string& path, std::string_view text);

/// Cuts a file off behind its first `size` bytes; a shorter one stays as it is. Throws FileError as append_to_file
/// does, and for a file that does not exist.
void cut_file(const std::string& path, std::uint64_t size);

}  // namespace cornu
