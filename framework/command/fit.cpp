// cornu fit
#include <fmt/core.h>

#include <memory>
#include <optional>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/base/paths.hpp>
#include <cornu/framework/callbacks/backup_and_restore.hpp>
#include <cornu/framework/command/commands.hpp>
#include <cornu/framework/command/data.hpp>
#include <cornu/framework/command/model_file.hpp>
#include <cornu/framework/command/numbers.hpp>
#include <cornu/framework/registry/config.hpp>
#include <cornu/framework/tensor/random.hpp>

namespace cornu::command {

namespace {

struct Arguments {
  std::string model, weights, out, history, checkpoint;
  std::vector<std::string> x, y, x_val, y_val;
  std::int64_t epochs = 1, batch_size = 32, seed = 0;
  double validation_split = 0, learning_rate = 0;
  bool no_shuffle = false, profile = false;
};

// Keras's History.history: each figure's name, and a list of its values.
std::string history_text(const History& history) {
  Config all = Config::object();
  for (const auto& [name, values] : history.series()) {
    std::vector<Config> list(values.begin(), values.end());
    all.set(name, Config::list(std::move(list)));
  }
  return all.to_json() + "\n";
}

FitOptions options_of(const Arguments& arguments) {
  FitOptions options{.batch_size = arguments.batch_size,
                     .epochs = arguments.epochs,
                     .validation_split = arguments.validation_split,
                     .shuffle = !arguments.no_shuffle,
                     .profile = arguments.profile};
  if (!arguments.x_val.empty())
    options.validation_data = ValidationData{read_data(arguments.x_val), read_data(arguments.y_val)};
  if (!arguments.checkpoint.empty()) options.callbacks.push_back(callbacks::BackupAndRestore(arguments.checkpoint));
  return options;
}

void fit(const Arguments& arguments, bool has_rate, bool has_seed) {
  const bool weights_alone = arguments.out.ends_with(".weights.h5");
  if (!weights_alone && !arguments.out.ends_with(".keras"))
    throw ValueError("cornu", fmt::format("--out '{}' must end with .keras or .weights.h5", arguments.out));
  if (!arguments.history.empty() && is_same_target("cornu", arguments.out, arguments.history))
    throw ValueError(
        "cornu", fmt::format("--out and --history name one file; got '{}' and '{}'", arguments.out, arguments.history));
  if (arguments.x_val.empty() != arguments.y_val.empty())
    throw ValueError("cornu", "validation data need both --x-val and --y-val");
  const auto model = open_model(arguments.model, true, arguments.weights);
  if (!model->is_compiled())
    throw StateError(
        "cornu",
        fmt::format("'{}' is not compiled; expected a model that was saved with optimizer and loss", arguments.model));
  if (has_rate) model->optimizer().set_learning_rate(arguments.learning_rate);
  if (has_seed) random::set_seed(static_cast<std::uint64_t>(arguments.seed));
  const History history = model->fit(read_data(arguments.x), read_data(arguments.y), options_of(arguments));
  weights_alone ? model->save_weights(arguments.out) : save_model(*model, arguments.out);
  if (!arguments.history.empty()) write_whole_file(arguments.history, history_text(history));
}

}  // namespace

void add_fit(CLI::App& program) {
  CLI::App* const app = program.add_subcommand("fit", "goes on training a model, and saves it");
  app->footer("cornu fit model.keras --x x.npy --y y.npy --epochs 3 --batch-size 8 --out trained.keras");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option("MODEL", arguments->model, "a .keras or .h5 file, compiled")->required();
  app->add_option("--x", arguments->x, "inputs; again for each further input")->required()->expected(1)->take_all();
  app->add_option("--y", arguments->y, "targets; again for each further output")->required()->expected(1)->take_all();
  app->add_option("--x-val", arguments->x_val, "inputs that are evaluated after each epoch")->expected(1)->take_all();
  app->add_option("--y-val", arguments->y_val, "their targets")->expected(1)->take_all();
  app->add_option("--out", arguments->out, "the .keras file to be written, or a .weights.h5 of weights alone")
      ->required();
  app->add_option("--history", arguments->history, "a JSON file of each figure's values, an epoch each");
  app->add_option("--checkpoint", arguments->checkpoint, "a folder of backups: the same command goes on after a kill");
  app->add_option("--weights", arguments->weights,
                  "weights of another file, .h5, .weights.h5, .weights.json or .keras");
  app->add_flag("--no-shuffle", arguments->no_shuffle, "keep the order of the samples");
  app->add_flag("--profile", arguments->profile, "show where the time of a step goes, layer by layer");
  add_integer(*app, "--epochs", arguments->epochs, "how often all samples are seen (1)", 1, 1 << 30);
  add_integer(*app, "--batch-size", arguments->batch_size, "samples a step (32)", 1, 1 << 30);
  add_number(*app, "--validation-split", arguments->validation_split, "the last part of the samples (0)", 0, 0.999999);
  const CLI::Option* const rate =
      add_number(*app, "--learning-rate", arguments->learning_rate, "instead of the file's", 0, 1e6);
  const CLI::Option* const seed = add_integer(*app, "--seed", arguments->seed, "of shuffling and dropout", 0);
  app->callback([=] { fit(*arguments, rate->count() > 0, seed->count() > 0); });
}

}  // namespace cornu::command
