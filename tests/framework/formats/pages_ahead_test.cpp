#include <cornu/framework/formats/pages_ahead.hpp>

#include <doctest/doctest.h>
#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <thread>

using cornu::formats::PagesAhead;

namespace {

/// New memory, of which no page was touched.
class Block {
 public:
  explicit Block(std::size_t size)
      : size_(size), bytes_(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    REQUIRE(bytes_ != MAP_FAILED);
  }
  ~Block() { ::munmap(bytes_, size_); }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  std::byte* bytes() const { return static_cast<std::byte*>(bytes_); }
  std::size_t size() const { return size_; }
  bool has_page_at(std::size_t offset) const {
    unsigned char is_there = 0;
    ::mincore(bytes() + offset, 1, &is_there);
    return (is_there & 1) != 0;
  }

 private:
  std::size_t size_;
  void* bytes_;
};

constexpr std::size_t mebibyte = std::size_t{1} << 20;

bool is_possible() {
  const Block page(mebibyte);
  return std::thread::hardware_concurrency() > 1 && ::madvise(page.bytes(), page.size(), 23) == 0;
}

// Waits a minute at most.
bool gets_page_at(const Block& block, std::size_t offset) {
  for (int i = 0; i < 6000 && !block.has_page_at(offset); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return block.has_page_at(offset);
}

}  // namespace

TEST_CASE("pages ahead: they are made up to the last one, although nobody touches them") {
  const Block block(32 * mebibyte);
  const PagesAhead pages(block.bytes(), block.size());
  if (is_possible()) CHECK(gets_page_at(block, block.size() - 4096));
}

TEST_CASE("pages ahead: what is written meanwhile stays, all else is zero") {
  const Block block(64 * mebibyte);
  {
    const PagesAhead pages(block.bytes() + 1, block.size() - 2);
    std::fill_n(block.bytes(), block.size() / 2, std::byte{7});
  }
  CHECK(std::all_of(block.bytes(), block.bytes() + block.size() / 2, [](std::byte b) { return b == std::byte{7}; }));
  CHECK(std::all_of(block.bytes() + block.size() / 2, block.bytes() + block.size(),
                    [](std::byte b) { return b == std::byte{0}; }));
}

TEST_CASE("pages ahead: may be given up at once") {
  for (int i = 0; i < 100; ++i) {
    const Block block(64 * mebibyte);
    const PagesAhead pages(block.bytes(), block.size());
  }
}

TEST_CASE("pages ahead: small blocks and no block at all are left alone") {
  const Block block(4 * mebibyte);
  { const PagesAhead pages(block.bytes(), block.size()), none(nullptr, 0); }
  CHECK_FALSE(block.has_page_at(0));
}
