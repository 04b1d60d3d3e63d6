#pragma once
// Internal: where tensors' memory comes from.
#include <cstddef>
#include <cstdint>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

/// A block of at least `bytes` bytes, aligned to 64, from this thread's free lists: in steady state no malloc.
/// Blocks of 4 MiB and more lie in huge pages; those of 64 MiB and more go back to the system when they are
/// released.
Storage* allocate_storage(std::size_t bytes);
void release_storage(Storage* storage);

/// The first `count` rows of a tensor, which share its memory: for results whose size is known only when they are made.
Tensor first_rows(const Tensor& tensor, std::int64_t count);

/// A tensor of that shape over the block, of which it takes over one reference.
Tensor tensor_over(Storage* storage, const Shape& shape, DType dtype);

/// A small object of that size from the free lists (tensor bodies).
void* allocate_small(std::size_t bytes);
void release_small(void* memory, std::size_t bytes);

}  // namespace cornu::detail
CORNU_EXPORT_END
