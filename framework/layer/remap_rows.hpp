#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include <cornu/framework/autodiff/variable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/weights/initializers.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// Gives a variable other rows: row i becomes what row rows[i] was, or, where rows[i] is -1, a new one that
/// `initializer` makes. What optimizers remember of the variable (slots, averages, accumulated gradients) goes with the
/// rows; new rows start as at the beginning of a training.
///
///     remap_rows(table, std::vector<std::int64_t>{0, 1, 4, -1}, "uniform");   // (5, 8) → (4, 8)
///
/// Throws ShapeError for a scalar, IndexError for a row that there is not, and changes nothing then.
void remap_rows(const Variable& variable, std::span<const std::int64_t> rows,
                const Handle<initializers::Initializer>& initializer);

/// Throws IndexError, in the name of `where`, for a row outside -1 … limit-1.
void require_rows(std::string_view where, std::span<const std::int64_t> rows, std::int64_t limit);

}  // namespace cornu
CORNU_EXPORT_END
