#include <cornu/framework/formats/npy.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/formats/npy_header.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t longest_header = std::size_t{1} << 16;  // it only says a dtype and a shape

class File {
 public:
  explicit File(const std::string& path) : path_(path) {
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

std::size_t read_little_endian(const File& file, std::size_t offset, std::size_t bytes) {
  std::array<unsigned char, 4> digits{};
  file.read(digits.data(), bytes, offset);
  return digits[0] | std::size_t{digits[1]} << 8 | std::size_t{digits[2]} << 16 | std::size_t{digits[3]} << 24;
}

/// What the header says, and where the elements begin.
std::pair<detail::NpyLayout, std::size_t> read_layout(const File& file) {
  std::array<char, 8> start{};
  if (file.size() < 12) file.refuse("too short for a file of numpy.save");
  file.read(start.data(), start.size(), 0);
  if (std::string_view(start.data(), magic.size()) != magic) file.refuse("not a file of numpy.save");
  const int version = start[6];
  if (version < 1 || version > 3 || start[7] != 0)
    file.refuse(fmt::format("format version {}.{}; expected 1.0, 2.0 or 3.0", version, static_cast<int>(start[7])));
  const std::size_t length_bytes = version == 1 ? 2 : 4, begin = start.size() + length_bytes;
  const std::size_t length = read_little_endian(file, start.size(), length_bytes);
  if (length > longest_header || begin + length > file.size())
    file.refuse(fmt::format("a header of {} bytes in a file of {}", length, file.size()));
  std::string text(length, ' ');
  file.read(text.data(), length, begin);
  return {detail::parse_npy_header(file.path(), text), begin + length};
}

std::size_t bytes_of(const detail::NpyLayout& layout, const File& file) {
  std::size_t bytes = 0;
  try {
    if (!__builtin_mul_overflow(static_cast<std::size_t>(layout.shape.size()), size_of(layout.dtype), &bytes))
      return bytes;
  } catch (const ShapeError&) {  // more elements than can be counted
  }
  file.refuse(fmt::format("shape {} is larger than any file", layout.shape));
}

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
  void* const memory =
      ::mmap(nullptr, begin + bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file.descriptor(), 0);
  if (memory == MAP_FAILED) file.fail_by_errno();
  auto* const storage = new detail::Storage;
  storage->bytes = static_cast<std::byte*>(memory) + begin;
  storage->capacity = bytes;
  storage->owner = memory;
  storage->release = unmap;
  return detail::tensor_over(storage, layout.shape, layout.dtype);
}

void require_bools(const File& file, const Tensor& tensor) {
  if (tensor.dtype() != boolean) return;
  const auto* bytes = reinterpret_cast<const unsigned char*>(tensor.identity()->storage->bytes);
  if (std::any_of(bytes, bytes + tensor.size(), [](unsigned char byte) { return byte > 1; }))
    file.refuse("a bool that is neither 0 nor 1");
}

std::string header_of(const Tensor& tensor) {
  const std::size_t before = magic.size() + 4;
  std::string text = detail::format_npy_header({tensor.dtype(), tensor.shape()});
  text.resize((before + text.size() + 1 + 63) / 64 * 64 - before - 1, ' ');  // the elements begin at a multiple of 64
  text += '\n';
  const std::array<char, 4> version_and_length{1, 0, static_cast<char>(text.size() & 0xFF),
                                               static_cast<char>(text.size() >> 8)};
  return std::string(magic).append(version_and_length.data(), version_and_length.size()) + text;
}

void require_little_endian(const char* where) {
  if (std::endian::native != std::endian::little)
    throw FileError(where, "the files hold little-endian numbers; got a big-endian machine");
}

}  // namespace

Tensor read_npy(const std::string& path, const ReadNpyOptions& options) {
  require_little_endian("read_npy");
  const File file(path);
  const auto [layout, begin] = read_layout(file);
  const std::size_t bytes = bytes_of(layout, file);
  if (bytes != file.size() - begin)
    file.refuse(fmt::format("not as long as it says; got {} bytes of elements; expected {} for {} {}",
                            file.size() - begin, bytes, name_of(layout.dtype), layout.shape));
  const bool map = options.memory_map && begin % size_of(layout.dtype) == 0;
  Tensor tensor = map ? map_elements(file, layout, begin, bytes) : read_elements(file, layout, begin, bytes);
  require_bools(file, tensor);
  return tensor;
}

void write_npy(const std::string& path, const Tensor& tensor) {
  require_little_endian("write_npy");
  const std::size_t bytes = tensor.nbytes();  // throws for a symbolic tensor
  const auto* const elements = reinterpret_cast<const char*>(tensor.identity()->storage->bytes);
  write_whole_file(path, {header_of(tensor), std::string_view(elements, bytes)});
}

}  // namespace cornu
