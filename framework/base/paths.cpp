#include <cornu/framework/base/paths.hpp>

#include <fmt/format.h>

#include <system_error>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/shown.hpp>

namespace cornu {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(std::string_view where, std::string_view action, const std::string& path,
                       std::string_view reason) {
  throw FileError(where, fmt::format("cannot {} '{}'; got: {}", action, shown(path, path.size()), reason));
}

fs::path folder_of(const fs::path& target) { return target.has_parent_path() ? target.parent_path() : "."; }

}  // namespace

void require_file_name(std::string_view where, std::string_view action, const std::string& path) {
  if (path.empty()) fail(where, action, path, "an empty name; expected the name of a file");
  if (path.find('\0') != std::string::npos) fail(where, action, path, "a NUL in the name; expected a name without");
}

fs::path write_target(std::string_view where, const std::string& path) {
  constexpr int most_links = 40;  // as Linux has it
  require_file_name(where, "write", path);
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status) && !fs::is_regular_file(status))
    fail(where, "write", path, "a folder or a device; expected the name of a file");
  fs::path target(path);
  for (int links = 0; fs::is_symlink(fs::symlink_status(target, error)); ++links) {
    const fs::path next = fs::read_symlink(target, error);
    if (links == most_links) error = std::make_error_code(std::errc::too_many_symbolic_link_levels);
    if (error) fail(where, "write", path, error.message());
    target = target.parent_path() / next;
  }
  return target;
}

bool is_same_target(std::string_view where, const std::string& path, const std::string& other) {
  const fs::path first = write_target(where, path), second = write_target(where, other);
  std::error_code ignored;
  return first.filename() == second.filename() && fs::equivalent(folder_of(first), folder_of(second), ignored);
}

}  // namespace cornu
