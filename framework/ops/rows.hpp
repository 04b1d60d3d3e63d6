#pragma once
// Internal: a gather whose ids have been looked at already.
#include <optional>

#include <cornu/framework/ops/id_groups.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::ops {

/// ops::gather of integer ids in range, of which `known` may say which are equal.
Tensor gather_grouped(const Tensor& table, const Tensor& ids, const std::optional<detail::IdGroups>& known);

}  // namespace cornu::ops
