#include <cornu/framework/tensor/storage.hpp>

#include <sys/mman.h>

#include <array>
#include <bit>
#include <cstdlib>
#include <new>
#include <utility>

#ifndef __has_feature
#define __has_feature(name) 0
#endif

namespace cornu::detail {

namespace {

// The address sanitizer sees a block that is used after it was freed only if freeing gives it back.
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
constexpr bool pooled = false;
#else
constexpr bool pooled = true;
#endif

constexpr std::size_t alignment = 64;
constexpr std::size_t header = 64;  // the Storage stands in front of its bytes
constexpr std::size_t huge_page = std::size_t{2} << 20;
constexpr std::size_t advised = std::size_t{4} << 20;  // from here on in huge pages
constexpr std::size_t large = std::size_t{64} << 20;   // from here on not kept for reuse

// Four size classes an octave, from 64 bytes: a block wastes at most a fifth.
std::size_t class_of(std::size_t bytes) {
  if (bytes <= 64) return 0;
  const auto octave = static_cast<std::size_t>(std::bit_width(bytes - 1)) - 1;
  const std::size_t quarter = (bytes - 1) >> (octave - 2) & 3;
  return (octave - 6) * 4 + quarter + 1;
}
std::size_t bytes_of(std::size_t size_class) {
  if (size_class == 0) return 64;
  const std::size_t octave = (size_class - 1) / 4 + 6, quarter = (size_class - 1) % 4;
  return (std::size_t{1} << octave) + (quarter + 1) * (std::size_t{1} << (octave - 2));
}

struct FreeBlock {
  FreeBlock* next;
};

// Free blocks of one thread, by size class. A storage that another thread made goes back to the system, so that a
// thread which only drops what others make keeps nothing; of small blocks, whose maker is not known, a thread keeps a
// limited number of a limited size.
struct FreeLists {
  struct Class {
    FreeBlock* head = nullptr;
    std::size_t count = 0;
  };
  std::array<Class, 96> classes{};
  ~FreeLists();
};
constexpr std::size_t small = 1024, most_small = 16384;  // bytes of a block, and blocks of a size class
thread_local bool lists_are_gone = false;  // tensors that outlive their thread's lists go straight to free()
thread_local FreeLists lists;

FreeLists::~FreeLists() {
  lists_are_gone = true;
  for (auto& [head, count] : classes)
    while (head) {
      FreeBlock* next = head->next;
      std::free(head);
      head = next;
    }
}

void* aligned_block(std::size_t bytes, std::size_t align) {
  void* block = std::aligned_alloc(align, (bytes + align - 1) / align * align);
  if (!block) throw std::bad_alloc();
  return block;
}

void* system_block(std::size_t bytes) {
  if (bytes < advised) return aligned_block(bytes, alignment);
  void* block = aligned_block(bytes, huge_page);
  madvise(block, bytes, MADV_HUGEPAGE);
  return block;
}

void* take(std::size_t bytes) {
  if constexpr (!pooled) return system_block(bytes);
  const std::size_t size_class = class_of(bytes);
  if (!lists_are_gone) {
    auto& [head, count] = lists.classes[size_class];
    if (head) {
      --count;
      return std::exchange(head, head->next);
    }
  }
  return system_block(bytes_of(size_class));
}

void keep(void* memory, FreeLists::Class& list) {
  list.head = new (memory) FreeBlock{list.head};
  ++list.count;
}

// A storage that knows the lists of the thread that made it.
struct PooledStorage : Storage {
  const FreeLists* maker = nullptr;
};
static_assert(sizeof(PooledStorage) <= header);

void release_pooled(Storage* storage) {
  const std::size_t bytes = header + storage->capacity;
  if (!pooled || lists_are_gone || static_cast<PooledStorage*>(storage)->maker != &lists) return std::free(storage);
  keep(storage, lists.classes[class_of(bytes)]);
}
void release_large(Storage* storage) { std::free(storage->owner); }

template <class Header>
Header* make_header(void* place, std::byte* bytes, std::size_t capacity, void (*release)(Storage*)) {
  auto* storage = new (place) Header;
  storage->bytes = bytes;
  storage->capacity = capacity;
  storage->release = release;
  return storage;
}

Storage* allocate_large(std::size_t bytes) {
  auto* block = static_cast<std::byte*>(system_block(huge_page + bytes));
  // The elements start on a huge page; the header stands at the end of the (otherwise untouched) page before.
  Storage* storage = make_header<Storage>(block + huge_page - header, block + huge_page, bytes, release_large);
  storage->owner = block;
  return storage;
}

}  // namespace

Storage* allocate_storage(std::size_t bytes) {
  if (bytes >= large) return allocate_large(bytes);
  auto* block = static_cast<std::byte*>(take(header + bytes));
  auto* const storage = make_header<PooledStorage>(block, block + header, bytes, release_pooled);
  storage->maker = &lists;
  return storage;
}

void release_storage(Storage* storage) {
  if (storage->references.drop()) storage->release(storage);
}

void* allocate_small(std::size_t bytes) { return take(bytes); }
void release_small(void* memory, std::size_t bytes) {
  if (!pooled || lists_are_gone || bytes > small) return std::free(memory);
  FreeLists::Class& list = lists.classes[class_of(bytes)];
  if (list.count >= most_small) return std::free(memory);
  keep(memory, list);
}

}  // namespace cornu::detail
