#include <cornu/framework/formats/input_file.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/paths.hpp>

namespace cornu::formats {

namespace {

// Closes a file whose constructor throws.
struct Opened {
  int descriptor = -1;
  ~Opened() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

}  // namespace

InputFile::InputFile(std::string_view where, const std::string& path) : where_(where), path_(path) {
  require_file_name(where, "read", path);
  Opened opened{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};  // a pipe does not make us wait
  struct stat status {};
  if (opened.descriptor < 0 || ::fstat(opened.descriptor, &status) != 0) fail_by_errno();
  if (!S_ISREG(status.st_mode)) refuse("a folder or a device; expected a file");
  size_ = static_cast<std::size_t>(status.st_size);
  descriptor_ = opened.descriptor;
  opened.descriptor = -1;
}

InputFile::~InputFile() { ::close(descriptor_); }

void InputFile::read(void* to, std::size_t count, std::size_t offset) const {
  for (auto* bytes = static_cast<char*>(to); count > 0;) {
    const ::ssize_t got = ::pread(descriptor_, bytes, count, static_cast<::off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_by_errno();
    if (got == 0) refuse("it ends too early");
    bytes += got;
    offset += static_cast<std::size_t>(got);
    count -= static_cast<std::size_t>(got);
  }
}

void InputFile::refuse(std::string_view message) const {
  throw FileError(where_, fmt::format("'{}': {}", path_, message));
}

void InputFile::fail_by_errno() const {
  refuse(fmt::format("cannot be read; got: {}", std::generic_category().message(errno)));
}

}  // namespace cornu::formats
