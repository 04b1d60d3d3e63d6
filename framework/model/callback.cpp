#include <cornu/framework/model/callback.hpp>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/model/model.hpp>

namespace cornu::callbacks {

CallbackBase::~CallbackBase() = default;

std::vector<Tensor> CallbackBase::state() const { return {}; }

Model& CallbackBase::model() const {
  if (!model_) throw StateError("Callback::model", "the callback has no model; expected it to be asked during fit()");
  return *model_;
}

void CallbackBase::stop_training() const { model().stop_training(); }

cornu::Callback detail::functions_of(std::shared_ptr<CallbackBase> callback) {
  using Numbered = void (CallbackBase::*)(std::int64_t, const Logs&);
  using Plain = void (CallbackBase::*)(const Logs&);
  const auto numbered = [&](Numbered hook) {
    return [callback, hook](std::int64_t number, const Logs& logs) { (callback.get()->*hook)(number, logs); };
  };
  const auto plain = [&](Plain hook) { return [callback, hook](const Logs& logs) { (callback.get()->*hook)(logs); }; };
  return {.on_epoch_begin = numbered(&CallbackBase::on_epoch_begin),
          .on_epoch_end = numbered(&CallbackBase::on_epoch_end),
          .on_train_begin = plain(&CallbackBase::on_train_begin),
          .on_train_end = plain(&CallbackBase::on_train_end),
          .on_train_batch_begin = numbered(&CallbackBase::on_train_batch_begin),
          .on_train_batch_end = numbered(&CallbackBase::on_train_batch_end),
          .on_test_begin = plain(&CallbackBase::on_test_begin),
          .on_test_end = plain(&CallbackBase::on_test_end),
          .on_test_batch_begin = numbered(&CallbackBase::on_test_batch_begin),
          .on_test_batch_end = numbered(&CallbackBase::on_test_batch_end),
          .set_model = [callback](Model& model) { callback->set_model(model); },
          .object = callback};
}

}  // namespace cornu::callbacks
