// The linker gives these functions the calls of the store's (`--wrap`, see .cmake/tests.cmake), under their mangled
// names.
#include "tests/failing_allocations/allocations.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

#include <cornu/framework/tensor/storage.hpp>

namespace {

std::atomic<bool> is_counting{false};
std::atomic<std::int64_t> taken{0}, fails{0}, live{0};

bool must_fail() {
  if (!is_counting.load(std::memory_order_relaxed)) return false;
  return taken.fetch_add(1, std::memory_order_relaxed) + 1 == fails.load(std::memory_order_relaxed);
}

void* take(std::size_t size, std::size_t alignment) noexcept {
  if (must_fail()) return nullptr;
  if (size == 0) size = 1;
  void* const memory = alignment > alignof(std::max_align_t)
                           ? std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment)
                           : std::malloc(size);
  if (memory) live.fetch_add(1, std::memory_order_relaxed);
  return memory;
}

void* take_or_throw(std::size_t size, std::size_t alignment) {
  if (void* const memory = take(size, alignment)) return memory;
  throw std::bad_alloc();
}

void give_back(void* memory) noexcept {
  if (!memory) return;
  live.fetch_sub(1, std::memory_order_relaxed);
  std::free(memory);
}

constexpr std::size_t usual = alignof(std::max_align_t);
std::size_t number(std::align_val_t alignment) { return static_cast<std::size_t>(alignment); }

}  // namespace

namespace cornu::testing {

Allocations::Allocations(std::int64_t failing) : failing_(failing) {
  taken = 0;
  fails = failing;
  is_counting = true;
}
Allocations::~Allocations() { is_counting = false; }

std::int64_t Allocations::count() const { return taken; }
bool Allocations::has_failed() const { return failing_ > 0 && taken >= failing_; }

std::int64_t live_allocations() { return live; }

}  // namespace cornu::testing

// ── operator new ────────────────────────────────────────────────────────────────────────────────────────────────────

void* operator new(std::size_t size) { return take_or_throw(size, usual); }
void* operator new[](std::size_t size) { return take_or_throw(size, usual); }
void* operator new(std::size_t size, std::align_val_t a) { return take_or_throw(size, number(a)); }
void* operator new[](std::size_t size, std::align_val_t a) { return take_or_throw(size, number(a)); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return take(size, usual); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return take(size, usual); }
void* operator new(std::size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
  return take(size, number(a));
}
void* operator new[](std::size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
  return take(size, number(a));
}

void operator delete(void* memory) noexcept { give_back(memory); }
void operator delete[](void* memory) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { give_back(memory); }
void operator delete[](void* memory, std::size_t) noexcept { give_back(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { give_back(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { give_back(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { give_back(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { give_back(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { give_back(memory); }
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept { give_back(memory); }
void operator delete[](void* memory, std::align_val_t, const std::nothrow_t&) noexcept { give_back(memory); }

// ── the store of tensors' memory ────────────────────────────────────────────────────────────────────────────────────

using cornu::detail::Storage;

namespace {
std::atomic<void (*)(Storage*)> release_of_the_store{nullptr};  // for all but huge blocks, which no call here takes
}

extern "C" {

Storage* __real__ZN5cornu6detail16allocate_storageEm(std::size_t bytes);
Storage* __wrap__ZN5cornu6detail16allocate_storageEm(std::size_t bytes);
void __real__ZN5cornu6detail15release_storageEPNS0_7StorageE(Storage* storage);
void __wrap__ZN5cornu6detail15release_storageEPNS0_7StorageE(Storage* storage);
void* __real__ZN5cornu6detail14allocate_smallEm(std::size_t bytes);
void* __wrap__ZN5cornu6detail14allocate_smallEm(std::size_t bytes);
void __real__ZN5cornu6detail13release_smallEPvm(void* memory, std::size_t bytes);
void __wrap__ZN5cornu6detail13release_smallEPvm(void* memory, std::size_t bytes);

Storage* __wrap__ZN5cornu6detail16allocate_storageEm(std::size_t bytes) {
  if (must_fail()) throw std::bad_alloc();
  live.fetch_add(1, std::memory_order_relaxed);
  Storage* const storage = __real__ZN5cornu6detail16allocate_storageEm(bytes);
  release_of_the_store = storage->release;
  return storage;
}

void __wrap__ZN5cornu6detail15release_storageEPNS0_7StorageE(Storage* storage) {
  const bool is_of_a_file = storage->release != release_of_the_store;
  if (!is_of_a_file && storage->references.holders() == 1) live.fetch_sub(1, std::memory_order_relaxed);
  __real__ZN5cornu6detail15release_storageEPNS0_7StorageE(storage);
}

void* __wrap__ZN5cornu6detail14allocate_smallEm(std::size_t bytes) {
  if (must_fail()) throw std::bad_alloc();
  live.fetch_add(1, std::memory_order_relaxed);
  return __real__ZN5cornu6detail14allocate_smallEm(bytes);
}

void __wrap__ZN5cornu6detail13release_smallEPvm(void* memory, std::size_t bytes) {
  live.fetch_sub(1, std::memory_order_relaxed);
  __real__ZN5cornu6detail13release_smallEPvm(memory, bytes);
}

}  // extern "C"
