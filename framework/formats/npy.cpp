#include <cornu/framework/formats/npy.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/base/paths.hpp>
#include <cornu/framework/formats/npy_header.hpp>
#include <cornu/framework/formats/npy_start.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu {

namespace {

class File {
 public:
  explicit File(const std::string& path) : path_(path) {
    require_file_name("read_npy", "read", path);
    descriptor_.value = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe does not make us wait
    struct stat status {};
    if (descriptor_.value < 0 || ::fstat(descriptor_.value, &status) != 0) fail_by_errno();
    if (!S_ISREG(status.st_mode)) refuse("a folder or a device; expected a file");
    size_ = static_cast<std::size_t>(status.st_size);
  }

  const std::string& path() const { return path_; }
  std::size_t size() const { return size_; }
  int descriptor() const { return descriptor_.value; }

  void read(void* to, std::size_t count, std::size_t offset) const {
    for (auto* bytes = static_cast<char*>(to); count > 0;) {
      const ::ssize_t got = ::pread(descriptor_.value, bytes, count, static_cast<::off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail_by_errno();
      if (got == 0) refuse("it ends too early");
      bytes += got;
      offset += static_cast<std::size_t>(got);
      count -= static_cast<std::size_t>(got);
    }
  }
  [[noreturn]] void refuse(std::string_view message) const {
    throw FileError("read_npy", fmt::format("'{}': {}", path_, message));
  }
  [[noreturn]] void fail_by_errno() const {
    refuse(fmt::format("cannot be read; got: {}", std::generic_category().message(errno)));
  }

 private:
  struct Descriptor {
    int value = -1;
    Descriptor() = default;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
      if (value >= 0) ::close(value);
    }
  };

  std::string path_;
  Descriptor descriptor_;
  std::size_t size_ = 0;
};

Tensor read_elements(const File& file, const detail::NpyLayout& layout, std::size_t begin, std::size_t bytes) {
  Tensor tensor = Tensor::uninitialized(layout.shape, layout.dtype);
  file.read(tensor.identity()->storage->bytes, bytes, begin);
  return tensor;
}

void unmap(detail::Storage* storage) {
  auto* const bytes = static_cast<std::byte*>(storage->owner);
  ::munmap(bytes, storage->capacity + static_cast<std::size_t>(storage->bytes - bytes));
  delete storage;
}

// Private: what is written stays in memory, page by page.
Tensor map_elements(const File& file, const detail::NpyLayout& layout, std::size_t begin, std::size_t bytes) {
  auto storage = std::make_unique<detail::Storage>();
  void* const memory =
      ::mmap(nullptr, begin + bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file.descriptor(), 0);
  if (memory == MAP_FAILED) file.fail_by_errno();
  storage->bytes = static_cast<std::byte*>(memory) + begin;
  storage->capacity = bytes;
  storage->owner = memory;
  storage->release = unmap;
  return detail::tensor_over(storage.release(), layout.shape, layout.dtype);
}

}  // namespace

Tensor read_npy(const std::string& path, const ReadNpyOptions& options) {
  const File file(path);
  std::size_t offset = 0;
  const detail::NpyStart start = detail::read_npy_start(path, file.size(), [&](std::span<std::byte> to) {
    file.read(to.data(), to.size(), offset);
    offset += to.size();
  });
  const auto& [layout, begin, bytes] = start;
  const bool map = options.memory_map && begin % size_of(layout.dtype) == 0;
  Tensor tensor = map ? map_elements(file, layout, begin, bytes) : read_elements(file, layout, begin, bytes);
  detail::require_bools(path, tensor);
  return tensor;
}

void write_npy(const std::string& path, const Tensor& tensor) {
  static const std::string name = "write_npy";
  const ErrorScope scope(name);
  const std::size_t bytes = tensor.nbytes();  // throws for a symbolic tensor
  const auto* const elements = reinterpret_cast<const char*>(tensor.identity()->storage->bytes);
  write_whole_file(path, {detail::npy_start_of(tensor), std::string_view(elements, bytes)});
}

}  // namespace cornu
