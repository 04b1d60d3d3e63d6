// Bytes as a file of numpy.save:
//
//     clang++-14 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined …
//
// A finding is what ends in anything but a FileError, and an array that is another one when its file is mapped.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/npy.hpp>

namespace {

/// A file in memory, with the name by which others open it.
class MemoryFile {
 public:
  MemoryFile(const std::uint8_t* data, std::size_t size) : descriptor_(::memfd_create("x.npy", 0)) {
    if (descriptor_ < 0 || ::write(descriptor_, data, size) != static_cast<::ssize_t>(size)) std::abort();
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const MemoryFile file(data, size);
  try {
    const cornu::Tensor read = cornu::read_npy(file.path());
    const cornu::Tensor mapped = cornu::read_npy(file.path(), {.memory_map = true});
    if (std::memcmp(read.identity()->storage->bytes, mapped.identity()->storage->bytes, read.nbytes()) != 0)
      std::abort();
  } catch (const cornu::FileError&) {
  }
  return 0;
}
