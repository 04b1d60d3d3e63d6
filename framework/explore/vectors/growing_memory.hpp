#pragma once
// Internal: memory that grows as a file is read.
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

namespace cornu::explore {

/// Room for numbers or characters, which nobody has written to. A large block grows without a copy of what is in it.
template <class T>
class GrowingMemory {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  T* get() const { return memory_.get(); }
  std::size_t size() const { return size_; }

  /// Keeps what is in both sizes. Throws std::bad_alloc, and leaves it as it was, when there is no room.
  void resize(std::size_t size) {
    std::size_t bytes = 0;
    if (__builtin_mul_overflow(size, sizeof(T), &bytes)) throw std::bad_alloc();
    void* const memory = std::realloc(memory_.get(), std::max<std::size_t>(bytes, 1));
    if (!memory) throw std::bad_alloc();
    static_cast<void>(memory_.release());
    memory_.reset(static_cast<T*>(memory));
    size_ = size;
  }

  /// What std::free is to be called with.
  T* release() { return memory_.release(); }

 private:
  struct Free {
    void operator()(T* memory) const { std::free(memory); }
  };
  std::unique_ptr<T, Free> memory_;
  std::size_t size_ = 0;
};

}  // namespace cornu::explore
