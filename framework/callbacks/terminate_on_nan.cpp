#include <cornu/framework/callbacks/terminate_on_nan.hpp>

#include <fmt/core.h>

#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>

namespace cornu::callbacks {

TerminateOnNaN::TerminateOnNaN(TerminateOnNaNOptions options) : options_(options) {}
TerminateOnNaN::TerminateOnNaN(cornu::detail::NoOptions) : TerminateOnNaN() {}
void TerminateOnNaN::on_train_batch_end(std::int64_t batch, const Logs& logs) {
  if (!logs.contains("loss") || std::isfinite(logs["loss"])) return;
  if (options_.raise_error)
    throw ValueError(
        "TerminateOnNaN",
        fmt::format("the loss of batch {} is no number; got {}; look for such numbers in data, targets and "
                    "weights, or take a smaller learning rate",
                    batch, logs["loss"]));
  log(fmt::format("{}Batch {}: Invalid loss, terminating training\n", log_sink().live ? "\n" : "", batch));
  stop_training();
}

}  // namespace cornu::callbacks
