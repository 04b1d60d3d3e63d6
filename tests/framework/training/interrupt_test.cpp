#include <cornu/framework/training/interrupt.hpp>

#include <doctest/doctest.h>

#include <csignal>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/model/sequential.hpp>

#include "tests/support/captured_log.hpp"
#include "tests/support/line.hpp"
#include "tests/support/with_threads.hpp"

using namespace cornu;
namespace line = testing::line;
using Epochs = std::vector<std::int64_t>;

TEST_CASE("interrupt: SIGINT ends the training after the batch, keeps the history, and is then as before") {
  using Handler = void (*)(int);
  const Handler before = std::signal(SIGINT, SIG_DFL);
  testing::CapturedLog captured({});
  Sequential model = line::model();
  Callback interrupt{.on_train_batch_begin = [](std::int64_t batch, const Logs&) {
    if (batch == 1) std::raise(SIGINT);
  }};
  const History history = model.fit(line::x(), line::y(),
                                    {.batch_size = 4, .epochs = 5, .callbacks = {interrupt}, .validation_split = 0.2});
  CHECK(history.epoch() == Epochs{0});
  CHECK_FALSE(history.contains("val_loss"));
  CHECK(model.optimizer().iterations() == 2);
  CHECK(captured.text().ends_with("interrupted: the training ends after this batch\n"));
  CHECK(model.fit(line::x(), line::y(), {.epochs = 2, .verbose = 0}).epoch() == Epochs{0, 1});
  CHECK((std::signal(SIGINT, before) == SIG_DFL));
}

TEST_CASE("interrupt: a program that ignores SIGINT is not interrupted") {
  using Handler = void (*)(int);
  const Handler before = std::signal(SIGINT, SIG_IGN);
  Callback interrupt{.on_train_batch_begin = [](std::int64_t, const Logs&) { std::raise(SIGINT); }};
  CHECK(line::model().fit(line::x(), line::y(), {.epochs = 2, .verbose = 0, .callbacks = {interrupt}}).epoch() ==
        Epochs{0, 1});
  CHECK((std::signal(SIGINT, before) == SIG_IGN));
}

TEST_CASE("interrupt: trainings within trainings end together, and the handler of the program comes back") {
  using Handler = void (*)(int);
  static int heard = 0;
  const Handler before = std::signal(SIGINT, [](int) { ++heard; });
  Sequential outer = line::model(), inner = line::model();
  History of_inner;
  Callback interrupt{.on_train_batch_begin = [](std::int64_t, const Logs&) { std::raise(SIGINT); }};
  Callback train{.on_train_batch_begin = [&](std::int64_t, const Logs&) {
    of_inner = inner.fit(line::x(), line::y(), {.epochs = 3, .verbose = 0, .callbacks = {interrupt}});
  }};
  CHECK(outer.fit(line::x(), line::y(), {.epochs = 3, .verbose = 0, .callbacks = {train}}).epoch() == Epochs{0});
  CHECK(of_inner.epoch() == Epochs{0});
  CHECK(heard == 0);
  std::raise(SIGINT);
  CHECK(heard == 1);
  std::signal(SIGINT, before);
}

TEST_CASE("interrupt: a handler that is set during the training stays, also if it calls the one before") {
  using Handler = void (*)(int);
  static int heard = 0;
  static Handler chained = nullptr;
  const Handler before = std::signal(SIGINT, SIG_DFL);
  const auto mine = [](int) { ++heard; };
  Callback set{.on_train_batch_end = [&](std::int64_t, const Logs&) { std::signal(SIGINT, mine); }};
  CHECK_FALSE(line::model().fit(line::x(), line::y(), {.verbose = 0, .callbacks = {set}}).interrupted());
  std::raise(SIGINT);
  CHECK(heard == 1);
  CHECK((std::signal(SIGINT, SIG_DFL) == static_cast<Handler>(mine)));

  const auto chaining = [](int signal) {
    ++heard;
    chained(signal);
  };
  Callback chain{.on_train_batch_begin = [&](std::int64_t, const Logs&) {
    chained = std::signal(SIGINT, chaining);
    std::raise(SIGINT);
  }};
  CHECK(line::model().fit(line::x(), line::y(), {.verbose = 0, .callbacks = {chain}}).interrupted());
  CHECK(heard == 2);
  CHECK((std::signal(SIGINT, before) == static_cast<Handler>(chaining)));
}

TEST_CASE("interrupt: SIGINT ends the validation after the batch, without figures of a part of the data") {
  using Handler = void (*)(int);
  const Handler before = std::signal(SIGINT, SIG_DFL);
  for (const std::int64_t at : {0, 2, 4}) {
    std::int64_t last = -1;
    bool has_ended = false;
    Callback interrupt{.on_test_end = [&](const Logs&) { has_ended = true; },
                       .on_test_batch_begin =
                           [&](std::int64_t batch, const Logs&) {
                             last = batch;
                             if (batch == at) std::raise(SIGINT);
                           }};
    Sequential model = line::model();
    const History history = model.fit(line::x(), line::y(),
                                      {.epochs = 3,
                                       .verbose = 0,
                                       .callbacks = {interrupt},
                                       .validation_data = ValidationData{line::x(), line::y()},
                                       .validation_batch_size = 4});
    CHECK(last == at);
    CHECK(has_ended);
    CHECK(history.interrupted());
    CHECK(history.epoch() == Epochs{0});
    CHECK(history["loss"].size() == 1);
    CHECK_FALSE(history.contains("val_loss"));
  }
  CHECK((std::signal(SIGINT, before) == SIG_DFL));
}

TEST_CASE("interrupt: the history says whether there was one") {
  using Handler = void (*)(int);
  const Handler before = std::signal(SIGINT, SIG_DFL);
  Sequential model = line::model();
  CHECK_FALSE(model.fit(line::x(), line::y(), {.verbose = 0}).interrupted());
  Callback stop{.on_train_batch_end = [&](std::int64_t, const Logs&) { model.stop_training(); }};
  CHECK_FALSE(model.fit(line::x(), line::y(), {.verbose = 0, .callbacks = {stop}}).interrupted());
  Callback at_epoch_end{.on_epoch_end = [](std::int64_t, const Logs&) { std::raise(SIGINT); }};
  const History history = model.fit(line::x(), line::y(), {.epochs = 3, .verbose = 0, .callbacks = {at_epoch_end}});
  CHECK(history.interrupted());
  CHECK(history.epoch() == Epochs{0});
  CHECK_FALSE(model.fit(line::x(), line::y(), {.verbose = 0}).interrupted());
  CHECK((std::signal(SIGINT, before) == SIG_DFL));
}

// ── losses that are no numbers ──────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("interrupt: SIGINT that comes while several threads work ends the training after the batch") {
  using Handler = void (*)(int);
  const Handler before = std::signal(SIGINT, SIG_DFL);
  const testing::WithThreads with(4);
  const testing::WithPieceScale small(testing::small_pieces);
  Sequential model = line::model();
  Callback interrupt{.on_train_batch_begin = [](std::int64_t batch, const Logs&) {
    if (batch == 1)
      detail::parallel_for(64, 1, [](std::int64_t first, std::int64_t) {
        if (first == 40) std::raise(SIGINT);
      });
  }};
  const History history =
      model.fit(line::x(), line::y(), {.batch_size = 4, .epochs = 5, .verbose = 0, .callbacks = {interrupt}});
  CHECK(history.epoch() == Epochs{0});
  CHECK(model.optimizer().iterations() == 2);
  CHECK((std::signal(SIGINT, before) == SIG_DFL));
}
