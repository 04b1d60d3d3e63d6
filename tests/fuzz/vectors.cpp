// Bytes as a file of word vectors. The first chooses how it is read, the others are the file.
//
// A finding is what ends in anything but a FileError, a number that is not finite, and a table that is another once it
// is written and read again.
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/explore/vectors/fasttext.hpp>
#include <cornu/framework/explore/vectors/write_vectors.hpp>

namespace {

using cornu::explore::BadUtf8;
using cornu::explore::EmbeddingTable;
using cornu::explore::VectorFormat;

// A file in memory.
class MemoryFile {
 public:
  MemoryFile(const std::uint8_t* data, std::size_t size) : descriptor_(::memfd_create("vectors", 0)) {
    if (::write(descriptor_, data, size) != static_cast<::ssize_t>(size)) std::abort();
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

void check_finite(const EmbeddingTable& table) {
  for (const float number : table.vectors().values<float>())
    if (!std::isfinite(number)) std::abort();
  for (const std::string& word : table.words())
    if (!table.contains(word)) std::abort();
}

void check_written(const EmbeddingTable& table, VectorFormat format) {
  static const std::string path = "/dev/shm/cornu-fuzz-vectors-" + std::to_string(::getpid());
  try {
    cornu::explore::write_vectors(path, table, {.format = format});
  } catch (const cornu::ValueError&) {  // words that cannot be written
    return;
  }
  const EmbeddingTable again = cornu::explore::read_vectors(path, {.format = format});
  ::unlink(path.c_str());
  if (again.words() != table.words()) std::abort();
  if (again.vectors().to_vector<float>() != table.vectors().to_vector<float>()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto on_bad_utf8 = static_cast<BadUtf8>(data[0] % 3);
  const auto format = static_cast<VectorFormat>(data[0] / 3 % 4);
  const MemoryFile file(data + 1, size - 1);
  try {
    if (data[0] / 12 % 2 == 1) {
      check_finite(cornu::explore::read_fasttext(file.path(), on_bad_utf8).table());
      return 0;
    }
    const EmbeddingTable table =
        cornu::explore::read_vectors(file.path(), {.format = format, .on_bad_utf8 = on_bad_utf8});
    check_finite(table);
    if (format != VectorFormat::automatic && !table.words().empty()) check_written(table, format);
  } catch (const cornu::FileError&) {
  }
  return 0;
}
