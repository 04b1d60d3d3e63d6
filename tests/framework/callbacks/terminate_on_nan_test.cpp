#include <cornu/framework/callbacks/terminate_on_nan.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/support/callback_run.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/fields.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using callbacks::TerminateOnNaN;
using testing::one_weight_model;

namespace {

struct Ran {
  std::int64_t epochs = 0, batches = 0;
  bool has_ended = false;
};

// Four batches an epoch, the second one with that target.
Ran fitted(float target, const TerminateOnNaN& callback, Ran& ran) {
  Sequential model = one_weight_model();
  const cornu::Callback counting{.on_train_end = [&](const Logs&) { ran.has_ended = true; },
                                 .on_train_batch_begin = [&](std::int64_t, const Logs&) { ++ran.batches; }};
  const History history =
      model.fit(Tensor::ones({4, 1}), Tensor({{0.f}, {target}, {0.f}, {0.f}}),
                {.batch_size = 1, .epochs = 3, .verbose = 0, .callbacks = {callback, counting}, .shuffle = false});
  ran.epochs = static_cast<std::int64_t>(history.epoch().size());
  return ran;
}

}  // namespace

TEST_CASE("TerminateOnNaN: ends after Keras's batch, and says so") {
  const testing::Fixture keras("callbacks");
  const std::string message = testing::fixture_fields("callbacks_text").at("messages/TerminateOnNaN").at(0);
  for (const float value : {std::nanf(""), HUGE_VALF}) {
    CAPTURE(value);
    const testing::CapturedLog log({});
    Ran ran;
    fitted(value, TerminateOnNaN(), ran);
    const Tensor expected = keras.tensor(std::isnan(value) ? "terminate_on_nan/nan" : "terminate_on_nan/inf");
    CHECK(std::vector<std::int64_t>{ran.epochs, ran.batches} == expected.to_vector<std::int64_t>());
    CHECK(ran.has_ended);
    CHECK(log.text().ends_with(message));
  }
}

TEST_CASE("TerminateOnNaN: raise_error throws, and callbacks are not told of an end") {
  const testing::CapturedLog log({});
  Ran ran;
  CHECK(testing::message_of<ValueError>([&] {
          fitted(std::nanf(""), TerminateOnNaN({.raise_error = true}), ran);
        }).starts_with("[TerminateOnNaN] the loss of batch 1 is no number; got nan; look for "));
  CHECK(ran.batches == 2);
  CHECK_FALSE(ran.has_ended);
}

TEST_CASE("TerminateOnNaN: leaves finite losses alone, and logs without one") {
  Ran ran;
  fitted(1.f, TerminateOnNaN(), ran);
  CHECK(ran.epochs == 3);
  CHECK(ran.batches == 12);
  TerminateOnNaN callback;
  CHECK_NOTHROW(callback.on_train_batch_end(0, {}));
  CHECK_NOTHROW(callback.on_train_batch_end(0, {{"mae", std::nan("")}}));
}
