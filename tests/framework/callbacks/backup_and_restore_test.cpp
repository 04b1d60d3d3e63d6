// BackupAndRestore and the other callbacks; that weights and optimizers go on exactly is tested in
// saving/resume_test.cpp.
#include <cornu/framework/callbacks/backup_and_restore.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <cornu/framework/callbacks/csv_logger.hpp>
#include <cornu/framework/callbacks/early_stopping.hpp>
#include <cornu/framework/callbacks/learning_rate_scheduler.hpp>
#include <cornu/framework/callbacks/model_checkpoint.hpp>
#include <cornu/framework/callbacks/reduce_lr_on_plateau.hpp>

#include "tests/support/callback_run.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/line.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using callbacks::BackupAndRestore, callbacks::EarlyStopping;
using testing::TemporaryFolder;
namespace line = testing::line;
using Epochs = std::vector<std::int64_t>;

namespace {

// Figures that go down and up again, so that each callback has something to do in six epochs or so.
class Bumpy final : public callbacks::Callback<Bumpy> {
 public:
  void add_figures(std::int64_t epoch, Logs& logs) override {
    logs.set("bumpy", std::vector<double>{5, 3, 4, 4, 2, 3, 3, 3, 3, 3}[static_cast<std::size_t>(epoch)]);
  }
};

// One training that may be killed, and what it leaves in a folder.
struct Training {
  const TemporaryFolder& folder;
  bool is_backup_first;
  EarlyStopping early{{.monitor = "bumpy", .patience = 3, .mode = "min", .restore_best_weights = true}};
  Sequential model = line::model();

  // Throws as epoch `killed_in` begins.
  History run(std::int64_t killed_in) {
    std::vector<cornu::Callback> list{
        Bumpy(),
        early,
        callbacks::ReduceLROnPlateau({.monitor = "bumpy", .factor = 0.5, .patience = 1, .mode = "min", .cooldown = 1}),
        callbacks::LearningRateScheduler([](std::int64_t, double rate) { return rate * 0.9; }),
        callbacks::CSVLogger(folder.path("log.csv")),
        callbacks::ModelCheckpoint(folder.path("best_{epoch}.keras"),
                                   {.monitor = "bumpy", .save_best_only = true, .mode = "min"}),
        cornu::Callback{.on_train_batch_end = [killed_in, this](std::int64_t, const Logs&) {
          if (epoch == killed_in) throw std::runtime_error("killed");
        }}};
    list.push_back({.on_epoch_begin = [this](std::int64_t begun, const Logs&) { epoch = begun; }});
    const BackupAndRestore backup(folder.path("backup"));
    list.insert(is_backup_first ? list.begin() : list.end(), backup);
    return model.fit(line::x(), line::y(), {.batch_size = 8, .epochs = 10, .verbose = 0, .callbacks = list});
  }

  std::int64_t epoch = -1;
};

std::vector<std::string> files_in(const TemporaryFolder& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path("")))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

FitOptions fit_with(std::vector<cornu::Callback> list, std::int64_t epochs = 4) {
  return {.batch_size = 8, .epochs = epochs, .verbose = 0, .callbacks = std::move(list)};
}

}  // namespace

TEST_CASE("BackupAndRestore: the other callbacks go on as if nothing had been, wherever it stands in the list") {
  const TemporaryFolder whole_folder;
  Training whole{whole_folder, true};
  const History history = whole.run(-1);
  CHECK(whole.early.stopped_epoch() == 7);
  CHECK(whole.early.best_epoch() == 4);
  CHECK(files_in(whole_folder) ==
        std::vector<std::string>{"backup", "best_1.keras", "best_2.keras", "best_5.keras", "log.csv"});
  for (const bool is_backup_first : {true, false})
    for (std::int64_t killed_in = 0; killed_in < 8; ++killed_in) {
      CAPTURE(is_backup_first);
      CAPTURE(killed_in);
      const TemporaryFolder folder;
      Training first{folder, is_backup_first};
      CHECK_THROWS_AS(first.run(killed_in), std::runtime_error);
      Training second{folder, is_backup_first};
      const History rest = second.run(-1);
      CHECK(rest.epoch().front() == killed_in);
      CHECK(line::same(second.model.get_weights(), whole.model.get_weights()));
      CHECK(second.early.stopped_epoch() == whole.early.stopped_epoch());
      CHECK(second.early.best_epoch() == whole.early.best_epoch());
      CHECK(rest["learning_rate"].back() == history["learning_rate"].back());
      CHECK(folder.read("log.csv") == whole_folder.read("log.csv"));
      CHECK(files_in(folder) == files_in(whole_folder));
    }
}

TEST_CASE("BackupAndRestore: a training that was stopped, and killed before its end, ends at once") {
  const TemporaryFolder folder;
  const FitOptions options = [&] {
    FitOptions made =
        fit_with({Bumpy(), EarlyStopping({.monitor = "bumpy", .mode = "min", .restore_best_weights = true}),
                  BackupAndRestore(folder.path("backup"))},
                 10);
    made.callbacks.insert(made.callbacks.begin(),
                          cornu::Callback{.on_train_end = [](const Logs&) { throw std::runtime_error("killed"); }});
    return made;
  }();
  Sequential first = line::model();
  CHECK_THROWS_AS(first.fit(line::x(), line::y(), options), std::runtime_error);
  Sequential second = line::model();
  FitOptions again = options;
  again.callbacks.erase(again.callbacks.begin());
  CHECK(second.fit(line::x(), line::y(), again).epoch().empty());
  Sequential whole = line::model();
  FitOptions alone = again;
  alone.callbacks.pop_back();
  CHECK(whole.fit(line::x(), line::y(), alone).epoch() == Epochs{0, 1, 2});
  CHECK(line::same(second.get_weights(), whole.get_weights()));
}

TEST_CASE("BackupAndRestore: averages of the weights are taken at the end also when no epoch was left") {
  const auto trained = [](const std::vector<cornu::Callback>& list) {
    Sequential model = line::model();
    model.compile(optim::Adam({.learning_rate = 0.1, .use_ema = true}), "mse");
    model.fit(line::x(), line::y(), fit_with(list));
    return model.get_weights();
  };
  const TemporaryFolder folder;
  const BackupAndRestore backup(folder.path("backup"));
  const cornu::Callback killed{.on_epoch_begin = [](std::int64_t epoch, const Logs&) {
    if (epoch == 3) throw std::runtime_error("killed");
  }};
  const cornu::Callback killed_at_end{.on_train_end = [](const Logs&) { throw std::runtime_error("killed"); }};
  CHECK_THROWS_AS(trained({backup, killed}), std::runtime_error);
  CHECK_THROWS_AS(trained({killed_at_end, backup}), std::runtime_error);
  CHECK(line::same(trained({backup}), trained({})));
}

TEST_CASE("BackupAndRestore: Ctrl-C leaves the backup of the last whole epoch, and the same call goes on from there") {
  using Handler = void (*)(int);
  const Handler before = std::signal(SIGINT, SIG_DFL);
  const TemporaryFolder folder;
  const BackupAndRestore backup(folder.path("backup"));
  const cornu::Callback interrupt{.on_train_batch_begin = [batches = 0](std::int64_t, const Logs&) mutable {
    if (++batches == 5) std::raise(SIGINT);  // in the second of three batches of the second epoch
  }};
  Sequential first = line::model(), second = line::model(), whole = line::model();
  CHECK(first.fit(line::x(), line::y(), fit_with({backup, interrupt})).interrupted());
  CHECK(std::filesystem::exists(folder.path("backup/latest.keras")));
  CHECK(second.fit(line::x(), line::y(), fit_with({backup})).epoch() == Epochs{1, 2, 3});
  CHECK_FALSE(std::filesystem::exists(folder.path("backup/latest.keras")));
  whole = line::model();
  whole.fit(line::x(), line::y(), fit_with({}));
  CHECK(line::same(second.get_weights(), whole.get_weights()));
  CHECK((std::signal(SIGINT, before) == SIG_DFL));
}

TEST_CASE("BackupAndRestore: several callbacks of one class are told apart by their order") {
  const TemporaryFolder folder;
  const auto early = [](std::int64_t patience) {
    return EarlyStopping({.monitor = "bumpy", .patience = patience, .mode = "min"});
  };
  const auto run = [&](const EarlyStopping& a, const EarlyStopping& b, std::int64_t killed_in) {
    Sequential model = line::model();
    const cornu::Callback killed{.on_epoch_begin = [&](std::int64_t epoch, const Logs&) {
      if (epoch == killed_in) throw std::runtime_error("killed");
    }};
    model.fit(line::x(), line::y(), fit_with({Bumpy(), a, b, BackupAndRestore(folder.path("backup")), killed}, 10));
  };
  CHECK_THROWS_AS(run(early(3), early(9), 4), std::runtime_error);
  const EarlyStopping a = early(3), b = early(9);
  run(a, b, -1);
  CHECK(a.stopped_epoch() == 7);
  CHECK(b.stopped_epoch() == 0);
  CHECK(b.wait() == 3);
}

TEST_CASE("BackupAndRestore: callbacks that were added begin afresh, and one that is gone is said") {
  const TemporaryFolder folder;
  const EarlyStopping early({.monitor = "loss", .patience = 9});
  const cornu::Callback killed{.on_epoch_begin = [](std::int64_t epoch, const Logs&) {
    if (epoch == 2) throw std::runtime_error("killed");
  }};
  Sequential first = line::model(), second = line::model();
  CHECK_THROWS_AS(first.fit(line::x(), line::y(), fit_with({early, BackupAndRestore(folder.path("backup")), killed})),
                  std::runtime_error);
  const testing::CapturedLog log({});
  const callbacks::ReduceLROnPlateau reduce({.monitor = "loss"});
  second.fit(line::x(), line::y(), fit_with({reduce, BackupAndRestore(folder.path("backup"))}));
  CHECK(log.text() ==
        "BackupAndRestore: there is no callback EarlyStopping as in the backup; what it learnt is left out\n");
}

TEST_CASE("BackupAndRestore: refuses a backup of a callback with other options, naming file and callback") {
  const TemporaryFolder folder;
  const auto early = [](bool restores) {
    return EarlyStopping({.monitor = "loss", .patience = 9, .restore_best_weights = restores});
  };
  const cornu::Callback killed{.on_epoch_begin = [](std::int64_t epoch, const Logs&) {
    if (epoch == 2) throw std::runtime_error("killed");
  }};
  const BackupAndRestore backup(folder.path("backup"));
  Sequential first = line::model(), second = line::model();
  CHECK_THROWS_AS(first.fit(line::x(), line::y(), fit_with({early(true), backup, killed})), std::runtime_error);
  const std::string message = testing::message_of<FileError>([&] {
    second.fit(line::x(), line::y(), fit_with({early(false), backup}));
  });
  CHECK(message.starts_with("[BackupAndRestore] '" + folder.path("backup/latest.keras") +
                            "' has no state of the callback EarlyStopping; remove the file to begin anew: "));
  CHECK(std::filesystem::exists(folder.path("backup/latest.keras")));
}
