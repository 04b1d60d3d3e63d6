#include <cornu/framework/callbacks/progbar_logger.hpp>

#include <cornu/framework/model/progress.hpp>

namespace cornu::callbacks {

using cornu::detail::Progress;

void ProgbarLogger::on_epoch_begin(std::int64_t epoch, const Logs&) {
  if (params().verbose > 0) Progress::begin_epoch(epoch, params().epochs);
  progress_ = cornu::detail::Shared<Progress>::make(params().steps, params().verbose);
}

void ProgbarLogger::on_train_batch_end(std::int64_t batch, const Logs& logs) {
  if (progress_ && progress_->wants_update(batch + 1)) progress_->update(batch + 1, logs);
}

void ProgbarLogger::on_epoch_end(std::int64_t, const Logs& logs) {
  if (progress_) progress_->finish(logs);
  progress_.reset();
}

}  // namespace cornu::callbacks
