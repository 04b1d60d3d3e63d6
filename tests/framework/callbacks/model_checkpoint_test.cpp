#include <cornu/framework/callbacks/model_checkpoint.hpp>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <filesystem>
#include <string>
#include <vector>

#include <cornu/framework/model/sequential.hpp>
#include <cornu/layers/core/dense.hpp>

#include "tests/support/captured_log.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace cornu;
using callbacks::ModelCheckpoint, callbacks::ModelCheckpointOptions, testing::TemporaryFolder;

namespace {

// What fit() does with a callback, in epochs of five batches that end with those figures.
void run_epochs(const cornu::Callback& callback, const std::vector<Logs>& epochs) {
  Sequential model{layers::Dense(1)};
  model.build({None, 2});
  callback.set_model(model);
  callback.on_train_begin({});
  std::int64_t epoch = 0;
  for (const Logs& logs : epochs) {
    callback.on_epoch_begin(epoch, {});
    for (std::int64_t batch = 0; batch < 5; ++batch) callback.on_train_batch_end(batch, logs);
    callback.on_epoch_end(epoch++, logs);
  }
}

bool has(const TemporaryFolder& folder, const std::string& name) { return std::filesystem::exists(folder.path(name)); }

}  // namespace

TEST_CASE("ModelCheckpoint: save_freq counts batches across epochs, and names count from 1") {
  const TemporaryFolder folder;
  run_epochs(ModelCheckpoint(folder.path("m_{epoch}_{batch}.keras"), {.save_freq = 3}), {{}, {}});
  CHECK(folder.size() == 3);
  for (const char* name : {"m_1_3.keras", "m_2_1.keras", "m_2_4.keras"}) CHECK(has(folder, name));
}

TEST_CASE("ModelCheckpoint: what is not better than initial_value_threshold is not saved") {
  const TemporaryFolder folder;
  run_epochs(ModelCheckpoint(folder.path("m_{epoch}.keras"),
                             {.monitor = "loss", .save_best_only = true, .initial_value_threshold = 2}),
             {{{"loss", 3}}, {{"loss", 2}}, {{"loss", 1}}, {{"loss", 1}}});
  CHECK(folder.size() == 1);
  CHECK(has(folder, "m_3.keras"));
}

TEST_CASE("ModelCheckpoint: a monitor that is not there saves nothing with save_best_only, and is said once") {
  const TemporaryFolder folder;
  const testing::CapturedLog log({});
  run_epochs(ModelCheckpoint(folder.path("m_{epoch}.keras"), {.save_best_only = true}), {{{"loss", 3}}, {{"loss", 2}}});
  CHECK(folder.size() == 0);
  CHECK(log.text() == "ModelCheckpoint: there is no figure 'val_loss' (there are: loss), so nothing is saved\n");
}

TEST_CASE("ModelCheckpoint: its state is the best value, and how many batches there were since the last file") {
  const TemporaryFolder folder;
  Sequential model{layers::Dense(1)};
  model.build({None, 2});
  const auto begun = [&](ModelCheckpointOptions options) {
    ModelCheckpoint checkpoint(folder.path("m_{epoch}.keras"), options);
    checkpoint.set_model(model);
    checkpoint.on_train_begin({});
    return checkpoint;
  };
  const ModelCheckpointOptions best{.monitor = "loss", .save_best_only = true}, batches{.save_freq = 3};
  ModelCheckpoint first = begun(best), second = begun(best);
  first.on_epoch_end(0, {{"loss", 2}});
  second.set_state(first.state());
  CHECK(second.best() == 2);
  second.on_epoch_end(1, {{"loss", 2.5}});
  CHECK_FALSE(has(folder, "m_2.keras"));
  ModelCheckpoint third = begun(batches), fourth = begun(batches);
  for (std::int64_t batch = 0; batch < 2; ++batch) third.on_train_batch_end(batch, {});
  fourth.set_state(third.state());
  fourth.on_epoch_begin(8, {});
  fourth.on_train_batch_end(0, {});
  CHECK(has(folder, "m_9.keras"));
  CHECK_THROWS_AS(fourth.set_state({}), ValueError);
  CHECK_THROWS_AS(fourth.set_state({Tensor({1.f}), third.state()[1]}), ValueError);
}

TEST_CASE("ModelCheckpoint: what it refuses") {
  CHECK_THROWS_AS(ModelCheckpoint("m.h5"), ValueError);
  CHECK_THROWS_AS(ModelCheckpoint("m.keras", {.save_weights_only = true}), ValueError);
  CHECK_THROWS_AS(ModelCheckpoint("m.keras", {.save_freq = 0}), ValueError);
  CHECK_THROWS_AS(run_epochs(ModelCheckpoint("m.keras", {.monitor = "true_positives", .save_best_only = true}), {}),
                  ValueError);
}
