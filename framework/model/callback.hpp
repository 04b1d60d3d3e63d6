#pragma once
#include <cstdint>
#include <functional>
#include <memory>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/model/history.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

class Model;

/// Functions that fit() calls on its way, as Keras's LambdaCallback; those not set are skipped. Logs hold the figures
/// so far, on_train_end those of the last epoch; epochs and batches count from 0. Validation calls the on_test ones.
///
///     model.fit(x, y, {.callbacks = {{.on_epoch_end = [&](std::int64_t epoch, const Logs& logs) { … }}}});
struct Callback {
  std::function<void(std::int64_t epoch, const Logs&)> on_epoch_begin = {};
  std::function<void(std::int64_t epoch, const Logs&)> on_epoch_end = {};
  std::function<void(const Logs&)> on_train_begin = {};
  std::function<void(const Logs&)> on_train_end = {};
  std::function<void(std::int64_t batch, const Logs&)> on_train_batch_begin = {};
  std::function<void(std::int64_t batch, const Logs&)> on_train_batch_end = {};
  std::function<void(const Logs&)> on_test_begin = {};
  std::function<void(const Logs&)> on_test_end = {};
  std::function<void(std::int64_t batch, const Logs&)> on_test_batch_begin = {};
  std::function<void(std::int64_t batch, const Logs&)> on_test_batch_end = {};
  std::function<void(Model&)> set_model = {};  ///< called first, with the model that is being trained
};

namespace callbacks {

/// The hooks of a callback. Derive from Callback<Self>.
class CallbackBase {
 public:
  virtual ~CallbackBase() = default;
  virtual void on_epoch_begin(std::int64_t, const Logs&) {}
  virtual void on_epoch_end(std::int64_t, const Logs&) {}
  virtual void on_train_begin(const Logs&) {}
  virtual void on_train_end(const Logs&) {}
  virtual void on_train_batch_begin(std::int64_t, const Logs&) {}
  virtual void on_train_batch_end(std::int64_t, const Logs&) {}
  virtual void on_test_begin(const Logs&) {}
  virtual void on_test_end(const Logs&) {}
  virtual void on_test_batch_begin(std::int64_t, const Logs&) {}
  virtual void on_test_batch_end(std::int64_t, const Logs&) {}

  /// The model that is being trained. Throws StateError outside of fit().
  Model& model() const;
  /// Ends fit() after the present batch.
  void stop_training() const;
  void set_model(Model& model) { model_ = &model; }

 private:
  Model* model_ = nullptr;
};

namespace detail {
cornu::Callback functions_of(std::shared_ptr<CallbackBase> callback);
}

/// The base of a callback of yours, with Keras's hooks, and model() and stop_training() at hand:
///
///     class StopWhenSmall final : public callbacks::Callback<StopWhenSmall> {
///      public:
///       void on_epoch_end(std::int64_t, const Logs& logs) override { if (logs.at("loss") < 1e-6) stop_training(); }
///     };
///     model.fit(x, y, {.callbacks = {StopWhenSmall()}});
///
/// fit() works on a copy. What a callback learns and is asked for afterwards belongs into an object that copies share,
/// behind a shared_ptr.
template <class Self>
class Callback : public CallbackBase {
 public:
  operator cornu::Callback() const {
    return detail::functions_of(std::make_shared<Self>(static_cast<const Self&>(*this)));
  }
};

/// Keras's name for a list of functions.
using LambdaCallback = cornu::Callback;

}  // namespace callbacks

}  // namespace cornu
CORNU_EXPORT_END
