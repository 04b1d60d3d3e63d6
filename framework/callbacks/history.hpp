#pragma once
#include <cstdint>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/shared.hpp>
#include <cornu/framework/model/callback.hpp>
#include <cornu/framework/model/history.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::callbacks {

/// Keeps the figures of all epochs. fit() returns them by itself, as a cornu::History; this one is for the figures of
/// several calls of fit() one behind the other, and of a call that throws.
///
///     const callbacks::History all;
///     model.fit(x, y, {.epochs = 5, .callbacks = {all}});
///     model.fit(x, y, {.epochs = 9, .callbacks = {all}, .initial_epoch = 5});
///     all.history()["loss"];                               // nine values
///
/// Keras appends the figures of a second fit() too, but forgets the epochs of the first.
class History final : public Callback<History> {
 public:
  History();

  void on_epoch_end(std::int64_t epoch, const Logs& logs) override;

  const cornu::History& history() const { return *history_; }
  /// The epochs' numbers.
  const std::vector<std::int64_t>& epoch() const { return history_->epoch(); }

 private:
  cornu::detail::Shared<cornu::History> history_;  // which copies share
};

}  // namespace cornu::callbacks
CORNU_EXPORT_END
