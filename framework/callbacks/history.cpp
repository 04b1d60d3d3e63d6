#include <cornu/framework/callbacks/history.hpp>

namespace cornu::callbacks {

History::History() : history_(cornu::detail::Shared<cornu::History>::make()) {}

void History::on_epoch_end(std::int64_t epoch, const Logs& logs) { history_->add(epoch, logs); }

}  // namespace cornu::callbacks
