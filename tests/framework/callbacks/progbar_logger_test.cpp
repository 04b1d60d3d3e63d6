#include <cornu/framework/callbacks/progbar_logger.hpp>

#include <doctest/doctest.h>

#include <regex>
#include <string>

#include "tests/support/captured_log.hpp"
#include "tests/support/line.hpp"

using namespace cornu;
using callbacks::ProgbarLogger;
namespace line = testing::line;

namespace {

// Without the times, which differ from run to run.
std::string shown(int verbose, std::int64_t epochs, const std::vector<cornu::Callback>& callbacks) {
  const testing::CapturedLog log({});
  random::set_seed(3);
  Sequential model = line::model();
  model.fit(line::x(), line::y(),
            {.batch_size = 4, .epochs = epochs, .verbose = verbose, .callbacks = callbacks, .validation_split = 0.3});
  return std::regex_replace(log.text(), std::regex("[0-9]+(us|ms|s)\\b"), "#");
}

}  // namespace

TEST_CASE("ProgbarLogger: shows what fit shows by itself, once") {
  for (const int verbose : {0, 1, 2})
    for (const std::int64_t epochs : {1, 3}) {
      CAPTURE(verbose);
      CAPTURE(epochs);
      const std::string by_fit = shown(verbose, epochs, {});
      CHECK(shown(verbose, epochs, {ProgbarLogger()}) == by_fit);
      CHECK(by_fit.empty() == (verbose == 0));
    }
}

TEST_CASE("ProgbarLogger: what callbacks say stands above or below its line, as in the list") {
  const cornu::Callback speaking{.on_epoch_end = [](std::int64_t, const Logs&) { log("here\n"); }};
  const std::string above = shown(2, 1, {speaking, ProgbarLogger()}), below = shown(2, 1, {ProgbarLogger(), speaking});
  CHECK(above.starts_with("here\n4/4 - "));
  CHECK(below.starts_with("4/4 - "));
  CHECK(below.ends_with("\nhere\n"));
}

TEST_CASE("ProgbarLogger: serves a loop of one's own, without a model") {
  const testing::CapturedLog log({.live = true});
  ProgbarLogger bar;
  bar.set_params({.verbose = 1, .epochs = 2, .steps = 3});
  bar.on_epoch_begin(1, {});
  for (std::int64_t batch = 0; batch < 3; ++batch) bar.on_train_batch_end(batch, {{"loss", 1}});
  bar.on_epoch_end(1, {{"loss", 0.5}});
  CHECK(log.text().starts_with("Epoch 2/2\n3/3 ━━━━━━━━━━━━━━━━━━━━ 0s "));
  CHECK(log.text().ends_with("/step - loss: 0.5000\n"));
}

TEST_CASE("ProgbarLogger: is silent without an epoch, and with verbose 0") {
  const testing::CapturedLog log({});
  ProgbarLogger bar;
  bar.on_train_batch_end(0, {});
  bar.on_epoch_end(0, {});
  bar.on_epoch_begin(0, {});
  bar.on_train_batch_end(0, {});
  bar.on_epoch_end(0, {});
  CHECK(log.text().empty());
}
