#pragma once
// Internal: the learning rate, for callbacks that change it.
#include <cornu/framework/model/model.hpp>

namespace cornu::callbacks::detail {

/// Throws StateError, which names the callback `where`, when the optimizer has a schedule.
void require_no_schedule(const char* where, const Model& model);
/// Adds the rate with which the epoch was trained, "learning_rate".
void add_learning_rate(const Model& model, Logs& logs);

}  // namespace cornu::callbacks::detail
