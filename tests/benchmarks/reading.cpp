// Files of word vectors and of arrays, and what the system alone needs for as many bytes. reading.py puts them
// together.
#include "tests/benchmarks/reading.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <stdexcept>
#include <vector>

#include <cornu/framework/explore/vectors/read_vectors.hpp>
#include <cornu/framework/formats/npz.hpp>

namespace cornu::benchmarks {

namespace {

class File {
 public:
  explicit File(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat status {};
    if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) throw std::runtime_error("cannot read " + path);
    size_ = static_cast<std::size_t>(status.st_size);
  }
  ~File() { ::close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  std::size_t size() const { return size_; }
  std::size_t read(char* to, std::size_t count) const {
    const ::ssize_t got = ::read(descriptor_, to, count);
    if (got < 0) throw std::runtime_error("cannot read on");
    return static_cast<std::size_t>(got);
  }

 private:
  int descriptor_;
  std::size_t size_ = 0;
};

void read_into_one_buffer(const std::string& path) {
  const File file(path);
  std::vector<char> buffer(std::size_t{128} << 10);
  while (file.read(buffer.data(), buffer.size()) > 0) continue;
}

struct Free {
  void operator()(char* memory) const { std::free(memory); }
};
using Memory = std::unique_ptr<char, Free>;

Memory read_into_new_memory(const std::string& path) {
  constexpr std::size_t huge_page = std::size_t{2} << 20, block = std::size_t{256} << 10;
  const File file(path);
  const std::size_t room = (file.size() / huge_page + 1) * huge_page;
  Memory memory(static_cast<char*>(std::aligned_alloc(huge_page, room)));
  ::madvise(memory.get(), room, MADV_HUGEPAGE);
  for (std::size_t at = 0, got = 1; got > 0; at += got)
    got = file.read(memory.get() + at, std::min(block, file.size() - at));
  return memory;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// What was read is freed when the time is taken.
template <class F>
void print_costs(F&& read) {
  const auto start = std::chrono::steady_clock::now();
  const double cpu = cpu_seconds();
  [[maybe_unused]] const auto result = read();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  const double cpu_taken = cpu_seconds() - cpu;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  fmt::print("{:.5f} {:.5f} {}\n", taken.count(), cpu_taken, usage.ru_maxrss * 1024);
}

}  // namespace

void time_reading(const std::string& what, const std::string& path) {
  if (what == "cat")
    print_costs([&] { return read_into_one_buffer(path), true; });
  else if (what == "fresh")
    print_costs([&] { return read_into_new_memory(path); });
  else if (what == "vectors")
    print_costs([&] { return explore::read_vectors(path); });
  else if (what == "npz")
    print_costs([&] { return read_npz(path); });
}

}  // namespace cornu::benchmarks
