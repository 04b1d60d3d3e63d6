#include <cornu/framework/callbacks/learning_rate.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/optimizer/optimizer.hpp>

namespace cornu::callbacks::detail {

void require_no_schedule(const char* where, const Model& model) {
  if (const auto& schedule = model.optimizer().options().learning_rate.schedule())
    throw StateError(where, fmt::format("the optimizer has a schedule, so its learning rate cannot be set; got {}; "
                                        "give the optimizer a number, or leave out this callback",
                                        schedule->name()));
}

void add_learning_rate(const Model& model, Logs& logs) { logs.set("learning_rate", model.optimizer().learning_rate()); }

}  // namespace cornu::callbacks::detail
