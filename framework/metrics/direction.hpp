#pragma once
// Internal: of which figures more is better.
#include <optional>
#include <string_view>

namespace cornu::metrics {

/// What Keras's metrics say of themselves, by a name in which the metric's occurs ("acc", "val_mean_io_u_1"): true when
/// more is better, false when less is, nothing for other names.
std::optional<bool> more_is_better_of(std::string_view name);

}  // namespace cornu::metrics
