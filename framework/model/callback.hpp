#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/model/history.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

class Model;

namespace callbacks {
class CallbackBase;
}

/// Functions that fit() calls on its way, as Keras's LambdaCallback; those not set are skipped. Logs hold the figures
/// so far, on_train_end those of the last epoch; epochs and batches count from 0. Validation calls the on_test ones.
///
///     model.fit(x, y, {.callbacks = {{.on_epoch_end = [&](std::int64_t epoch, const Logs& logs) { … }}}});
struct Callback {
  Callable<void(std::int64_t epoch, const Logs&)> on_epoch_begin = {};
  Callable<void(std::int64_t epoch, const Logs&)> on_epoch_end = {};
  Callable<void(const Logs&)> on_train_begin = {};
  Callable<void(const Logs&)> on_train_end = {};
  Callable<void(std::int64_t batch, const Logs&)> on_train_batch_begin = {};
  Callable<void(std::int64_t batch, const Logs&)> on_train_batch_end = {};
  Callable<void(const Logs&)> on_test_begin = {};
  Callable<void(const Logs&)> on_test_end = {};
  Callable<void(std::int64_t batch, const Logs&)> on_test_batch_begin = {};
  Callable<void(std::int64_t batch, const Logs&)> on_test_batch_end = {};
  Callable<void(Model&)> set_model = {};                 ///< called first, with the model that is being trained
  std::shared_ptr<callbacks::CallbackBase> object = {};  ///< whose functions these are, when a class made them
};

namespace callbacks {

/// What a callback knows of the fit() that calls it.
struct Params {
  int verbose = 0;
  std::int64_t epochs = 1;  ///< the number of the last epoch
  std::int64_t steps = 0;   ///< batches an epoch
};

/// The hooks of a callback. Derive from Callback<Self>.
class CallbackBase {
 public:
  virtual ~CallbackBase();
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

  /// Adds figures of its own to those of an epoch, or changes them, before anybody is told: they are shown, other
  /// callbacks may watch them, and they are in the history.
  virtual void add_figures(std::int64_t, Logs&) {}

  /// What it has learnt in this training, for backups; nothing unless overridden.
  virtual std::vector<Tensor> state() const;
  /// Takes over such a state, after on_train_begin(): the training then goes on as if it had not been interrupted.
  /// Throws ValueError, and changes nothing, for what is no state of this callback.
  virtual void set_state(const std::vector<Tensor>&) {}

  /// For one that keeps a training as a whole, with what the others have learnt: called after on_train_begin() of all
  /// callbacks, and after on_epoch_end() of all, unless Ctrl-C has ended the epoch early.
  virtual void restore_all(const std::vector<CallbackBase*>&) {}
  virtual void back_up_all(std::int64_t, const std::vector<CallbackBase*>&) {}

  /// Whether it shows how far an epoch is; fit() leaves that to it then.
  virtual bool shows_progress() const { return false; }

  /// The model that is being trained. Throws StateError outside of fit().
  Model& model() const;
  /// Ends fit() after the present batch.
  void stop_training() const;
  const Params& params() const { return params_; }
  void set_model(Model& model) { model_ = &model; }
  void set_params(const Params& params) { params_ = params; }

 private:
  Model* model_ = nullptr;
  Params params_;
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
