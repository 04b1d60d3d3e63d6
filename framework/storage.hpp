#pragma once
// Internal: where tensors' memory comes from.
#include <cstddef>
#include <cstdint>

#include <cornu/framework/tensor.hpp>

namespace cornu::detail {

/// A block of at least `bytes` bytes, aligned to 64, from this thread's free lists: in steady state no malloc.
/// Blocks of 4 MiB and more come straight from the system, aligned to 2 MiB and advised for huge pages.
Storage* allocate_storage(std::size_t bytes);
void release_storage(Storage* storage);

/// The first `count` rows of a tensor, which share its memory: for results whose size is known only when they are made.
Tensor first_rows(const Tensor& tensor, std::int64_t count);

/// A small object of that size from the free lists (tensor bodies).
void* allocate_small(std::size_t bytes);
void release_small(void* memory, std::size_t bytes);

}  // namespace cornu::detail
