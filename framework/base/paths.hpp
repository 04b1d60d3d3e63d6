#pragma once
// Internal: names of files.
#include <filesystem>
#include <string>
#include <string_view>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// Throws FileError for a path that is empty or has a NUL, at which the system would cut it. `action` is what shall be
/// done: "read", "write".
void require_file_name(std::string_view where, std::string_view action, const std::string& path);

/// Where bytes for `path` go: what a symbolic link points to, whether that exists or not. Throws FileError for links
/// that form a circle, for a folder and for a device.
std::filesystem::path write_target(std::string_view where, const std::string& path);

/// Whether two paths name one file, whether it exists or not: "a", "./a" and a link to it do. Throws as write_target.
bool is_same_target(std::string_view where, const std::string& path, const std::string& other);

}  // namespace cornu
CORNU_EXPORT_END
