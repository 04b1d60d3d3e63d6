#pragma once
// Internal: memory whose pages come from the system ahead of those who fill it.
#include <atomic>
#include <cstddef>
#include <thread>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::formats {

/// Asks for huge pages for memory that nobody has touched, which makes it faster to fill, and accesses at random too.
void prefer_huge_pages(void* memory, std::size_t bytes);

/// Has the pages of a new block of memory made on a thread of its own, the first ones first, while another thread fills
/// the block from its front. The system clears each page when it is first touched, which takes longer than to read as
/// many bytes of a file that is in the system's cache.
///
///     Tensor tensor = Tensor::uninitialized(…);
///     const PagesAhead pages(bytes, count);
///     file.read(bytes, count, 0);
///
/// It changes no byte. Nothing is done for less than 16 MiB, on one processor, where no thread can be had, and where
/// the system does not know the request (Linux before 5.14): the pages are then made when they are touched.
class PagesAhead {
 public:
  PagesAhead(void* memory, std::size_t bytes);
  /// Stops, within a few milliseconds. The memory must live until then.
  ~PagesAhead();
  PagesAhead(const PagesAhead&) = delete;
  PagesAhead& operator=(const PagesAhead&) = delete;

 private:
  std::atomic<bool> is_stopped_ = false;
  std::thread thread_;
};

}  // namespace cornu::formats
CORNU_EXPORT_END
