#pragma once
#include <cstdint>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/shared.hpp>
#include <cornu/framework/model/callback.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {
class Progress;
}

namespace cornu::callbacks {

/// Shows how far an epoch is, and its figures, as the `verbose` of fit() says: 0 nothing, 1 a bar, 2 a line at the end.
/// fit() shows that by itself. With this in its list it leaves that to it, so nothing is shown twice; what is gained is
/// the place: lines of callbacks before it in the list stand above the finished bar, of those behind it below.
///
/// In a loop of one's own the hooks are called by hand, no model is needed:
///
///     callbacks::ProgbarLogger bar;
///     bar.set_params({.verbose = 1, .epochs = 3, .steps = 100});
///     bar.on_epoch_begin(epoch, {});
///     bar.on_train_batch_end(batch, {{"loss", loss}});      // batches count from 0
///     bar.on_epoch_end(epoch, {{"loss", mean_loss}});
class ProgbarLogger final : public Callback<ProgbarLogger> {
 public:
  void on_epoch_begin(std::int64_t epoch, const Logs& logs) override;
  void on_epoch_end(std::int64_t epoch, const Logs& logs) override;
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
  bool shows_progress() const override { return true; }

 private:
  cornu::detail::Shared<cornu::detail::Progress> progress_;  // of the epoch that runs
};

}  // namespace cornu::callbacks
CORNU_EXPORT_END
