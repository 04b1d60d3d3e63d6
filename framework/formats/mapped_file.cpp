#include <cornu/framework/formats/mapped_file.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/paths.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu::formats {

namespace {

[[noreturn]] void refuse(const std::string& path, std::string_view got) {
  throw FileError("read_file", fmt::format("cannot read '{}'; got: {}", path, got));
}

struct Descriptor {
  explicit Descriptor(const std::string& path)  // a pipe does not make us wait
      : value(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
  const int value;
};

void release_file(detail::Storage* storage) {
  delete static_cast<SharedFile*>(storage->owner);
  delete storage;
}

}  // namespace

MappedFile::MappedFile(const std::string& path) {
  require_file_name("read_file", "read", path);
  const Descriptor file(path);
  struct stat status {};
  if (file.value < 0 || ::fstat(file.value, &status) != 0) refuse(path, std::generic_category().message(errno));
  if (!S_ISREG(status.st_mode)) refuse(path, "a folder or a device; expected a file");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return;  // which cannot be mapped
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file.value, 0);
  if (memory == MAP_FAILED) refuse(path, std::generic_category().message(errno));
  bytes_ = {static_cast<std::byte*>(memory), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

Tensor tensor_in(const SharedFile& file, std::size_t offset, const Shape& shape, DType dtype) {
  auto storage = std::make_unique<detail::Storage>();
  storage->bytes = file->bytes().data() + offset;
  storage->capacity = static_cast<std::size_t>(shape.size()) * size_of(dtype);
  storage->owner = new SharedFile(file);
  storage->release = release_file;
  return detail::tensor_over(storage.release(), shape, dtype);
}

}  // namespace cornu::formats
