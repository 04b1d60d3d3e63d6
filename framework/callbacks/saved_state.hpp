#pragma once
// Internal: what callbacks leave in backups.
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::callbacks::detail {

/// Counters, which are not below 0, as an int64 tensor (n,).
Tensor counters(std::initializer_list<std::int64_t> values);
/// The other way round. Throws ValueError, which names the callback `where`, for other than n numbers from 0 to 2^53.
std::span<const std::int64_t> read_counters(const char* where, const Tensor& state, std::size_t n);
/// Throws ValueError unless there are n tensors.
void require_parts(const char* where, const std::vector<Tensor>& state, std::size_t n);

}  // namespace cornu::callbacks::detail
CORNU_EXPORT_END
