#include <cornu/framework/callbacks/history.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

#include "tests/support/line.hpp"

using namespace cornu;
namespace line = testing::line;
using Epochs = std::vector<std::int64_t>;

TEST_CASE("History: has what fit returns, and goes on with the next fit") {
  Sequential model = line::model();
  const callbacks::History all;
  const cornu::History first =
      model.fit(line::x(), line::y(), {.epochs = 2, .verbose = 0, .callbacks = {all}, .validation_split = 0.3});
  CHECK(all.history().series() == first.series());
  CHECK(all.epoch() == first.epoch());
  const cornu::History second =
      model.fit(line::x(), line::y(), {.epochs = 5, .verbose = 0, .callbacks = {all}, .initial_epoch = 2});
  CHECK(all.epoch() == Epochs{0, 1, 2, 3, 4});
  std::vector<double> losses = first["loss"];
  losses.insert(losses.end(), second["loss"].begin(), second["loss"].end());
  CHECK(all.history()["loss"] == losses);
  CHECK(all.history()["val_loss"] == first["val_loss"]);
}

TEST_CASE("History: keeps the epochs before an error, and none before the first") {
  Sequential model = line::model();
  const callbacks::History all;
  CHECK(all.epoch().empty());
  const cornu::Callback failing{.on_epoch_begin = [](std::int64_t epoch, const Logs&) {
    if (epoch == 2) throw std::runtime_error("enough");
  }};
  CHECK_THROWS_AS(model.fit(line::x(), line::y(), {.epochs = 5, .verbose = 0, .callbacks = {all, failing}}),
                  std::runtime_error);
  CHECK(all.epoch() == Epochs{0, 1});
  CHECK(all.history()["loss"].size() == 2);
}
