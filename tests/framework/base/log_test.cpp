#include <cornu/framework/base/log.hpp>

#include <doctest/doctest.h>

#include <iostream>
#include <regex>
#include <sstream>
#include <string>

#include <cornu/framework/model/history.hpp>
#include <cornu/framework/model/progress.hpp>

#include "tests/support/captured_log.hpp"

using namespace cornu;
using detail::Progress;
using testing::CapturedLog;

namespace {

std::string with_times(std::string text) {
  text = std::regex_replace(text, std::regex("[0-9]+(s|ms|us)/step"), "T/step");
  return std::regex_replace(text, std::regex("[0-9]+s( |$)"), "Ts$1");
}

const Logs figures{{"accuracy", 0.75}, {"loss", 0.00012345}};

}  // namespace

TEST_CASE("log: goes to the sink, and the sink before comes back") {
  std::string text;
  const LogSink before = set_log_sink({.write = [&](std::string_view part) { text += part; }});
  log("one ");
  log("two\n");
  const LogSink mine = set_log_sink(before);
  log("");
  CHECK(text == "one two\n");
  CHECK_FALSE(mine.live);
  CHECK(mine.columns == 80);
  CHECK(bool(mine.write));
}

TEST_CASE("log: standard output comes behind what the program wrote to std::cout") {
  struct Counting : std::stringbuf {
    int sync() override { return ++syncs, 0; }
    int syncs = 0;
  } buffer;
  std::streambuf* const before = std::cout.rdbuf(&buffer);
  const LogSink silent = set_log_sink(testing::first_sink());
  log("");
  set_log_sink(silent);
  std::cout.rdbuf(before);
  CHECK(buffer.syncs == 1);
}

TEST_CASE("log: an empty sink is silent") {
  const LogSink before = set_log_sink({});
  log("nobody hears this");
  set_log_sink(before);
  CHECK(bool(log_sink().write) == bool(before.write));
}

TEST_CASE("progress: verbose 0 writes nothing") {
  CapturedLog captured({.live = true});
  Progress progress(3, 0);
  CHECK_FALSE(progress.wants_update(3));
  progress.finish(figures);
  CHECK(captured.text().empty());
}

TEST_CASE("progress: in a pipe verbose 1 writes the finished line alone") {
  CapturedLog captured({.live = false});
  Progress progress(3, 1);
  for (int i = 1; i <= 3; ++i) CHECK_FALSE(progress.wants_update(i));
  progress.finish(figures);
  CHECK(with_times(captured.text()) == "3/3 ━━━━━━━━━━━━━━━━━━━━ Ts T/step - accuracy: 0.7500 - loss: 1.2345e-04\n");
}

TEST_CASE("progress: verbose 2 writes one line without a bar") {
  CapturedLog captured({.live = true});
  Progress progress(3, 2);
  CHECK_FALSE(progress.wants_update(3));
  progress.finish({{"loss", 0}});
  CHECK(with_times(captured.text()) == "3/3 - Ts - T/step - loss: 0.0000\n");
}

TEST_CASE("progress: on a terminal the line is written over, blanks cover what was longer") {
  CapturedLog captured({.live = true});
  Progress progress(4, 1);
  progress.wants_update(2);
  progress.update(2, {{"loss", 0.5}});
  const std::string first = captured.take();
  CHECK(with_times(first) == "\r2/4 ━━━━━━━━━━╸───────── Ts left, T/step - loss: 0.5000");
  progress.wants_update(4);
  progress.finish({});
  const std::string last = captured.take();
  CHECK(with_times(last).starts_with("\r4/4 ━━━━━━━━━━━━━━━━━━━━ Ts T/step  "));
  CHECK(last.ends_with(" \n"));
}

TEST_CASE("progress: a live line is cut to the terminal's width, between characters") {
  CapturedLog captured({.live = true, .columns = 30});
  Progress progress(4, 1);
  progress.wants_update(4);
  progress.update(4, figures);
  CHECK(with_times(captured.text()).substr(0, 5 + 3 * 20) == "\r4/4 ━━━━━━━━━━━━━━━━━━━━");
  CHECK(captured.text().size() == 1 + 29 + 2 * 20);  // the bar's characters have three bytes
}

TEST_CASE("progress: on a terminal the finished line is broken between figures where it does not fit") {
  CapturedLog captured({.live = true, .columns = 61});
  Progress progress(3, 1);
  progress.wants_update(3);
  progress.finish({{"accuracy", 0.75}, {"loss", 0.5}, {"val_accuracy", 0.25}, {"val_loss", 1}});
  CHECK(with_times(captured.text()) ==
        "3/3 ━━━━━━━━━━━━━━━━━━━━ Ts T/step - accuracy: 0.7500\n"
        "    - loss: 0.5000 - val_accuracy: 0.2500 - val_loss: 1.0000\n");
}

TEST_CASE("progress: a pass that was broken off shows how far it came") {
  CapturedLog captured({});
  Progress progress(4, 1);
  progress.wants_update(1);
  progress.finish({});
  CHECK(with_times(captured.text()) == "1/4 ━━━━━╸────────────── Ts T/step\n");
}
