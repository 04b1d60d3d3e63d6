#include <cornu/framework/base/append_file.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/paths.hpp>

namespace cornu {

namespace {

// A file that is open for writing at its end.
class Output {
 public:
  Output(const char* where, const std::string& path, int flags) : where_(where), path_(path) {
    descriptor_ = ::open(write_target(where, path).c_str(), O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC | flags, 0666);
    if (descriptor_ < 0) fail(errno);
    struct stat status {};
    if (::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode)) {
      size_ = static_cast<std::uint64_t>(status.st_size);
      return;
    }
    ::close(descriptor_);
    fail(EINVAL);
  }
  ~Output() { ::close(descriptor_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  std::uint64_t size() const { return size_; }

  void append(std::string_view text) {
    for (std::string_view rest = text; !rest.empty();) {
      const ::ssize_t written = ::write(descriptor_, rest.data(), rest.size());
      if (written >= 0)
        rest.remove_prefix(static_cast<std::size_t>(written));
      else if (const int error = errno; error != EINTR)
        take_back(error);
    }
    size_ += text.size();
  }

  void cut(std::uint64_t size) {
    if (::ftruncate(descriptor_, static_cast<::off_t>(size)) != 0) fail(errno);
    size_ = size;
  }

 private:
  [[noreturn]] void take_back(int error) {
    cut(size_);
    fail(error);
  }
  [[noreturn]] void fail(int error) const {
    throw FileError(where_, fmt::format("cannot write '{}'; got: {}{}", path_, std::generic_category().message(error),
                                        error == ENOENT ? "; make its folder first" : ""));
  }

  const char* where_;
  const std::string& path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace

std::uint64_t append_to_file(const std::string& path, std::string_view text) {
  Output file("append_to_file", path, O_CREAT);
  file.append(text);
  return file.size();
}

void cut_file(const std::string& path, std::uint64_t size) {
  Output file("cut_file", path, 0);
  if (size < file.size()) file.cut(size);
}

}  // namespace cornu
