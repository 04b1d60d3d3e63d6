#include <cornu/framework/formats/pages_ahead.hpp>

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <exception>

namespace cornu::formats {

namespace {

constexpr std::size_t least = std::size_t{16} << 20, step = std::size_t{8} << 20;

#ifdef MADV_POPULATE_WRITE
constexpr int populate = MADV_POPULATE_WRITE;
#else
constexpr int populate = 23;  // what Linux calls it
#endif

// Makes the whole pages of a block, until it is stopped or the system refuses.
void make_pages(std::uintptr_t begin, std::uintptr_t end, const std::atomic<bool>& is_stopped) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  begin = (begin + page - 1) / page * page;
  end = end / page * page;
  while (begin < end && !is_stopped) {
    const std::size_t bytes = std::min<std::size_t>(step, end - begin);
    if (::madvise(reinterpret_cast<void*>(begin), bytes, populate) != 0) return;
    begin += bytes;
  }
}

}  // namespace

void prefer_huge_pages(void* memory, std::size_t bytes) {
  constexpr std::uintptr_t huge_page = std::uintptr_t{2} << 20;
  const auto begin = (reinterpret_cast<std::uintptr_t>(memory) + huge_page - 1) / huge_page * huge_page;
  const auto end = (reinterpret_cast<std::uintptr_t>(memory) + bytes) / huge_page * huge_page;
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

PagesAhead::PagesAhead(void* memory, std::size_t bytes) {
  static const bool has_processors = std::thread::hardware_concurrency() > 1;
  if (bytes < least || !has_processors) return;
  const auto begin = reinterpret_cast<std::uintptr_t>(memory);
  try {
    thread_ = std::thread([this, begin, bytes] { make_pages(begin, begin + bytes, is_stopped_); });
  } catch (const std::exception&) {  // no thread: nothing is lost but time
  }
}

PagesAhead::~PagesAhead() {
  is_stopped_ = true;
  if (thread_.joinable()) thread_.join();
}

}  // namespace cornu::formats
