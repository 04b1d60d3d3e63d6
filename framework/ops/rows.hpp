#pragma once
// Internal: what the ops that read rows of a table share.
#include <optional>

#include <cornu/framework/autodiff/variable.hpp>
#include <cornu/framework/ops/id_groups.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::ops {

/// ops::gather(table, ids) of integer ids, not symbolic, that the caller has found to be in range.
Tensor gather_known(const Variable& table, const Tensor& ids);
/// ops::gather of integer ids in range, of which `known` may say which are equal.
Tensor gather_grouped(const Tensor& table, const Tensor& ids, const std::optional<detail::IdGroups>& known);

}  // namespace cornu::ops

namespace cornu::detail {

/// d_table[ids[i…]] += d_rows[i…], the gradient of a table (shape) whose rows `ids` were read: as rows, or dense, made
/// of ops, where this is differentiated again. `known` may say which ids are equal. The ids are in range.
Gradient rows_or_scatter(const Tensor& ids, const Gradient& d_rows, const Shape& shape,
                         const std::optional<IdGroups>& known = std::nullopt);

}  // namespace cornu::detail
