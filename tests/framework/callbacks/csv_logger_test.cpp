#include <cornu/framework/callbacks/csv_logger.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <cornu/optim/schedules/cosine_decay.hpp>

#include "tests/support/callback_run.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/fields.hpp"
#include "tests/support/line.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using callbacks::CSVLogger;
using testing::message_of, testing::one_weight_model, testing::run_epochs, testing::TemporaryFolder;

namespace {

const std::vector<Logs> trained{{{"mae", 0.5}, {"loss", 2}}, {{"mae", 0.25}, {"loss", 1}}};

// What Keras writes; see tests/fixtures/make_callbacks.py.
std::string keras(const std::string& name) { return testing::fixture_fields("callbacks_text").at("csv/" + name).at(0); }

void run(const CSVLogger& logger, const std::vector<Logs>& epochs) {
  Sequential model = one_weight_model();
  run_epochs(model, logger, epochs);
}

std::string written(const std::vector<Logs>& epochs, const std::string& separator = ",") {
  const TemporaryFolder folder;
  run(CSVLogger(folder.path("log.csv"), {.separator = separator}), epochs);
  return folder.read("log.csv");
}

}  // namespace

TEST_CASE("CSVLogger: writes Keras's files, byte for byte") {
  const testing::CapturedLog log({});
  CHECK(written(trained) == keras("plain"));
  CHECK(written({{{"loss", 2}, {"val_loss", 3}}, {{"loss", 1}}, {{"loss", 0.5}, {"val_loss", 2.5}, {"late", 1}}}) ==
        keras("validated"));
  CHECK(written(trained, ";") == keras("semicolon"));
  CHECK(written(trained, ".") == keras("point"));
  CHECK(written({{{"a \"figure\"", 1}, {"a, b", 2}}}) == keras("quoted"));
  CHECK(written({{}, {}}) == keras("no_figures"));
  CHECK(written({{{"loss", 2}, {"learning_rate", 0.5}}}) == keras("rate"));
}

TEST_CASE("CSVLogger: numbers are Python's") {
  std::vector<Logs> epochs;
  for (const double value : {0.1, 1.0, -0.0, 1e-5, 1.5e-7, 1e16, 123456789012345680.0, 1e15, static_cast<double>(0.1f),
                             std::nan(""), HUGE_VAL, -HUGE_VAL})
    epochs.push_back({{"loss", value}});
  CHECK(written(epochs) == keras("numbers"));
  CHECK(written({{{"loss", -std::nan("")}}}).ends_with("0,nan,NA\r\n"));
}

TEST_CASE("CSVLogger: append writes behind what is there, without a second header") {
  const TemporaryFolder folder;
  const CSVLogger logger(folder.path("log.csv"), {.append = true});
  run(logger, trained);
  run(logger, {trained[0]});
  run(logger, trained);
  CHECK(folder.read("log.csv") == keras("append"));
  run(CSVLogger(folder.path("log.csv")), trained);
  CHECK(folder.read("log.csv") == keras("plain"));
}

TEST_CASE("CSVLogger: append keeps to the columns of the file, whatever line ends it has") {
  const TemporaryFolder folder;
  const testing::CapturedLog log({});
  const std::string path = folder.write("log.csv", "epoch,val_loss,\"a,b\",loss\n0,1,2,3");
  run(CSVLogger(path, {.append = true}), {{{"loss", 0.5}, {"mae", 4}, {"acc", 1}, {"val_loss", 2}}, {{"mae", 4}}});
  CHECK(folder.read("log.csv") == "epoch,val_loss,\"a,b\",loss\n0,1,2,3\r\n0,2.0,NA,0.5\r\n1,NA,NA,NA\r\n");
  CHECK(log.text() == "CSVLogger: '" + path + "' has no column for 'mae', which is left out\n");
  folder.write("empty.csv", "");
  run(CSVLogger(folder.path("empty.csv"), {.append = true}), trained);
  CHECK(folder.read("empty.csv") == keras("plain"));
}

TEST_CASE("CSVLogger: each line can be read as its epoch ends, and an older file stays until the first does") {
  const TemporaryFolder folder;
  const std::string path = folder.write("log.csv", "older");
  Sequential model = one_weight_model();
  CSVLogger logger(path);
  logger.set_model(model);
  logger.on_train_begin({});
  CHECK(folder.read("log.csv") == "older");
  logger.on_epoch_end(0, {{"loss", 1}});
  CHECK(folder.read("log.csv") == "epoch,loss,val_loss\r\n0,1.0,NA\r\n");
  logger.on_epoch_end(1, {{"loss", 0.5}});
  CHECK(folder.read("log.csv") == "epoch,loss,val_loss\r\n0,1.0,NA\r\n1,0.5,NA\r\n");
}

TEST_CASE("CSVLogger: in fit, the figures of the history") {
  const TemporaryFolder folder;
  Sequential model = testing::line::model();
  const History history =
      model.fit(testing::line::x(), testing::line::y(),
                {.epochs = 2, .verbose = 0, .callbacks = {CSVLogger(folder.path("log.csv"))}, .validation_split = 0.3});
  std::string expected = "epoch,loss,mae,val_loss,val_mae\r\n";
  for (std::size_t i = 0; i < 2; ++i)
    expected += fmt::format("{},{},{},{},{}\r\n", i, history["loss"][i], history["mae"][i], history["val_loss"][i],
                            history["val_mae"][i]);
  CHECK(folder.read("log.csv") == expected);
}

TEST_CASE("CSVLogger: the rate of a schedule is no figure, as in Keras") {
  const TemporaryFolder folder;
  Sequential model = one_weight_model();
  model.compile(optim::SGD({.learning_rate = optim::schedules::CosineDecay(0.5, 10)}), "mse");
  const Tensor x = Tensor::ones({2, 1}), y = Tensor::zeros({2, 1});
  model.fit(x, y, {.verbose = 0, .callbacks = {CSVLogger(folder.path("log.csv"))}});
  CHECK(folder.read("log.csv") == "epoch,loss,val_loss\r\n0,0.0,NA\r\n");
}

TEST_CASE("CSVLogger: its state is how long the file was, and later lines are removed") {
  const TemporaryFolder folder;
  Sequential model = one_weight_model();
  const std::string path = folder.path("log.csv");
  CSVLogger logger(path);
  logger.set_model(model);
  logger.on_train_begin({});
  logger.on_epoch_end(0, trained[0]);
  const std::vector<Tensor> state = logger.state();
  logger.on_epoch_end(1, {{"mae", 7}, {"loss", 7}});

  CSVLogger goes_on(path);
  goes_on.set_model(model);
  goes_on.on_train_begin({});
  goes_on.set_state(state);
  goes_on.on_epoch_end(1, trained[1]);
  CHECK(folder.read("log.csv") == keras("plain"));

  const testing::CapturedLog log({});
  folder.write("log.csv", "epoch");
  goes_on.on_train_begin({});
  goes_on.set_state(state);
  CHECK(log.text() == "CSVLogger: '" + path +
                          "' lacks lines that the backup knows of, so it is begun as in a new "
                          "training\n");
  goes_on.on_epoch_end(0, trained[0]);
  goes_on.on_epoch_end(1, trained[1]);
  CHECK(folder.read("log.csv") == keras("plain"));

  folder.write("log.csv", std::string(1000, 'x'));
  goes_on.on_train_begin({});
  CHECK_THROWS_AS(goes_on.set_state(state), FileError);
  CHECK_THROWS_AS(goes_on.set_state({}), ValueError);
  CHECK_THROWS_AS(goes_on.set_state({Tensor({1.})}), ValueError);
  CHECK(folder.read("log.csv") == std::string(1000, 'x'));
}

TEST_CASE("CSVLogger: what it refuses, and no epoch at all") {
  for (const char* separator : {"", "ab", "\"", "\n", "\r", "é"})
    CHECK_THROWS_AS(CSVLogger("log.csv", {.separator = separator}), ValueError);
  const TemporaryFolder folder;
  CHECK(message_of<FileError>([&] { run(CSVLogger(folder.path("no/log.csv")), trained); }) ==
        "[CSVLogger] cannot write '" + folder.path("no/log.csv") +
            "'; got: No such file or directory; make its folder first");
  CHECK_THROWS_AS(run(CSVLogger(""), trained), FileError);
  const std::string other = folder.write("other.csv", "epoch;loss\r\n0;1\r\n");
  CHECK(message_of<FileError>([&] { run(CSVLogger(other, {.append = true}), trained); }) ==
        "[CSVLogger] '" + other +
            "' is no file of a CSVLogger with the separator ','; got 'epoch;loss' as its first "
            "column; expected 'epoch'; take another file, or append = false");
  CHECK(folder.read("other.csv") == "epoch;loss\r\n0;1\r\n");
  run(CSVLogger(other), {});
  CHECK(folder.read("other.csv") == "epoch;loss\r\n0;1\r\n");
}
