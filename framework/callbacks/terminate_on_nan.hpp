#pragma once
#include <cstdint>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/model/callback.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::callbacks {

struct TerminateOnNaNOptions {
  bool raise_error = false;  ///< throw instead: what other callbacks do as training ends is not done then
};

/// Ends the training after a batch with which the loss is NaN or infinite, and says so.
///
///     model.fit(x, y, {.callbacks = {callbacks::TerminateOnNaN()}});
///
/// The weights have such numbers by then. With raise_error fit() throws ValueError, and a backup of BackupAndRestore
/// stays: that of the last whole epoch.
class TerminateOnNaN final : public Callback<TerminateOnNaN> {
 public:
  explicit TerminateOnNaN(TerminateOnNaNOptions options = {});
  /// `TerminateOnNaN({})`: the defaults.
  explicit TerminateOnNaN(cornu::detail::NoOptions);

  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;

 private:
  TerminateOnNaNOptions options_;
};

}  // namespace cornu::callbacks
CORNU_EXPORT_END
