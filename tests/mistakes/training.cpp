#include "tests/mistakes/mistake.hpp"

#include <doctest/doctest.h>

#include <cornu/cornu.hpp>

namespace cornu::testing {

TEST_CASE("mistakes: compile") {
  Sequential model{layers::Dense(1)};
  const auto input = Input({.shape = {4}});
  Model two(input, {layers::Dense(1, {.name = "price"})(input), layers::Dense(3, {.name = "kind"})(input)});
  check_mistakes({
      {"fit before compile",
       [&] {
         return model.fit(Tensor::zeros({8, 4}), Tensor::zeros({8, 1}));
       },
       "[fit] the model is not compiled; call compile(optimizer, loss, metrics) first"},
      {"A misspelt optimizer", [&] { return model.compile("adm", "mse"); },
       "[optimizer] unknown optimizer; got 'adm'; expected one of ...; pass an object for any other; did you mean "
       "'adam'?"},
      {"A misspelt loss", [&] { return model.compile("adam", "mean_square_error"); },
       "[loss] unknown loss; got 'mean_square_error'; expected one of ...; pass an object for any other; did you mean "
       "'mean_squared_error'?"},
      {"PyTorch's name of a loss", [&] { return model.compile("adam", "CrossEntropyLoss"); },
       "[loss] unknown loss; got 'CrossEntropyLoss'; expected one of ...; pass an object for any other; did you mean "
       "'sparse_categorical_crossentropy'?"},
      {"A misspelt metric", [&] { return model.compile("adam", "mse", {"accurcy"}); },
       "[metric] unknown metric; got 'accurcy'; expected one of ...; pass an object for any other; did you mean "
       "'accuracy'?"},
      {"A metric of values alone", [&] { return model.compile("adam", "mse", {"sum"}); },
       "[metric] Sum is of values, not of labels and predictions; got 'sum'; expected a metric of both; use "
       "metrics::Sum "
       "in a loop of your own"},
      {"No loss", [&] { return model.compile("adam", nullptr); },
       "[compile] the loss is missing; got an empty handle; expected a name, an object or a function"},
      {"Two losses for one output",
       [&] {
         return model.compile("adam", {"mse", "mae"});
       },
       "[compile] there must be as many losses as outputs; got 2; expected one for each of dense"},
      {"A loss for an output that there is not",
       [&] {
         return two.compile("adam", {{"price", "mse"}, {"sort", "sparse_categorical_crossentropy"}});
       },
       "[compile, loss] there is no output 'sort'; got price, sort; expected price, kind"},
      {"An output left without a loss",
       [&] {
         return two.compile("adam", {{"price", "mse"}});
       },
       "[compile, loss] output 'kind' is missing; got price; expected price, kind; give nullptr to an output that "
       "shall have no loss"},
      {"Three loss weights for two outputs",
       [&] {
         return two.compile({.optimizer = "adam", .loss = "mse", .loss_weights = {1, 0.5, 0.5}});
       },
       "[compile] there must be as many loss weights as outputs; got 3; expected one for each of price, kind"},
      {"A metric called like the loss",
       [&] { return model.compile("adam", "mse", {metrics::Function("loss", losses::mean_squared_error)}); },
       "[compile] a metric has the name of a loss; got 'loss'; give the metric another name with set_name"},
      {"A reduction that there is not", [&] { return losses::MeanSquaredError({.reduction = "average"}); },
       "[Loss] unknown reduction; got 'average'; expected sum_over_batch_size, mean, sum, mean_with_sample_weight or "
       "none"},
      {"Labels smoothed by more than all", [&] { return losses::BinaryCrossentropy({.label_smoothing = 10}); },
       "[BinaryCrossentropy] label_smoothing must lie in 0 … 1; got 10"},
      {"A learning rate below 0", [&] { return optim::Adam({.learning_rate = -0.001}); },
       "[LearningRate] not a learning rate; got -0.001; expected a finite number from 0 on"},
      {"A momentum above 1", [&] { return optim::SGD({.learning_rate = 0.1, .momentum = 9}); },
       "[SGD] momentum is out of range; got 9; expected 0 … 1"},
      {"beta_1 = 1", [&] { return optim::Adam({.beta_1 = 1}); },
       "[Adam] beta_1 is out of range; got 1; expected 0 or more, below 1"},
      {"Clipped twice", [&] { return optim::Adam({.clipnorm = 1, .clipvalue = 0.5}); },
       "[Adam] more than one way of clipping; expected one of clipnorm, clipvalue and global_clipnorm"},
      {"A schedule of 0 steps", [&] { return optim::schedules::ExponentialDecay(0.1, 0, 0.9); },
       "[ExponentialDecay] decay_steps is out of range; got 0; expected 1 or more"},
      {"As many boundaries as values",
       [&] {
         return optim::schedules::PiecewiseConstantDecay({100, 200}, {0.1, 0.01});
       },
       "[PiecewiseConstantDecay] boundaries and values do not fit together; got 2 boundaries and 2 values; expected "
       "one value more"},
      {"One target for two outputs",
       [&] {
         two.compile("adam", "mse");
         return two.fit(Tensor::zeros({8, 4}), Tensor::zeros({8, 1}));
       },
       "[fit] another number of targets; got 1; expected 2: price, kind"},
  });
}

TEST_CASE("mistakes: options of fit, evaluate and predict") {
  const Tensor x = random::normal({8, 4}), y = random::normal({8, 1});
  Sequential model = regression();
  check_mistakes({
      {"A batch of 0 samples", [&] { return model.fit(x, y, {.batch_size = 0}); },
       "[fit] batch_size is too small; got 0; expected 1 or more"},
      {"−1 epochs", [&] { return model.fit(x, y, {.epochs = -1}); },
       "[fit] no epoch is left to train; got epochs -1 and initial_epoch 0; epochs is the number of the last one"},
      {"2 more epochs after the first 10, as a number of epochs",
       [&] { return model.fit(x, y, {.epochs = 2, .initial_epoch = 10}); },
       "[fit] no epoch is left to train; got epochs 2 and initial_epoch 10; epochs is the number of the last one"},
      {"A split in percent", [&] { return model.fit(x, y, {.validation_split = 20}); },
       "[fit] validation_split leaves nothing to train on; got 20; expected 0 up to, but not including, 1"},
      {"A split of a single sample",
       [&] {
         return model.fit(random::normal({1, 4}), random::normal({1, 1}), {.validation_split = 0.2});
       },
       "[fit] validation_split leaves one side empty; got 0.2 of 1 samples; expected at least one on each side"},
      {"Epochs of no batch", [&] { return model.fit(x, y, {.steps_per_epoch = 0}); },
       "[fit] steps_per_epoch is too small; got 0; expected 1 or more"},
      {"More batches an epoch than the data are",
       [&] { return model.fit(x, y, {.verbose = 0, .steps_per_epoch = 100}); },
       "fit: steps_per_epoch is 100, but an epoch of these data has 1, of up to 32 samples; train more epochs instead"},
      {"A validation after each 0 epochs",
       [&] { return model.fit(x, y, {.validation_split = 0.5, .validation_freq = 0}); },
       "[fit] validation_freq is too small; got 0; expected 1 or more"},
      {"verbose = 3", [&] { return model.fit(x, y, {.verbose = 3}); },
       "[fit] unknown verbose; got 3; expected 0, 1 or 2"},
      {"A metric that was not compiled", [&] { return model.evaluate(x, y)["accuracy"]; },
       "[Logs] no figure has that name; got 'accuracy'; expected one of: loss"},
      {"val_loss without validation data", [&] { return model.fit(x, y, {.verbose = 0})["val_loss"]; },
       "[History] no figure has that name; got 'val_loss'; expected one of: loss"},
      {"predict by batches of −1", [&] { return model.predict(x, {.batch_size = -1}); },
       "[predict] batch_size is too small; got -1; expected 1 or more"},
      {"A softmax over one unit",
       [&] {
         Sequential own{layers::Dense(1, "softmax")};
         own.build({None, 4});
       },
       "Dense 'dense': softmax over an axis of size 1 gives 1 whatever comes in, so nothing is learnt; take "
       "\"sigmoid\" for two classes, or a unit for each class"},
      {"All layers frozen",
       [&] {
         Sequential frozen{layers::Dense(1, {.trainable = false})};
         frozen.compile("sgd", "mse");
         return frozen.fit(x, y, {.verbose = 0});
       },
       "fit: the model has no trainable weights, so training changes nothing: its 2 weights are frozen; thaw a layer "
       "with set_trainable(true)"},
      {"A loss that does not look at the predictions",
       [&] {
         model.compile("sgd", [](const Tensor& y_true, const Tensor&) { return ops::abs(y_true); });
         return model.fit(x, y, {.verbose = 0});
       },
       "[fit] no trainable weight gets a gradient from the loss; got none for dense/kernel, dense/bias; expected a "
       "loss that ops compute from the weights; values(), item(), astype(), with_shape() and stop_gradient() end a "
       "gradient; ops::cast and ops::reshape pass it on"},
      {"A rate so large that the loss overflows",
       [&] {
         model.compile(optim::SGD({.learning_rate = 1e6}), "mse");
         return model.fit(x, y, {.epochs = 20, .verbose = 0});
       },
       "the loss of a batch is inf; look for such numbers in data, targets and weights, or take a smaller learning "
       "rate"},
  });
}

TEST_CASE("mistakes: callbacks") {
  const Tensor x = random::normal({8, 4}), y = random::normal({8, 1});
  Sequential model = regression();
  const auto fit = [&](Callback callback) { model.fit(x, y, {.verbose = 0, .callbacks = {std::move(callback)}}); };
  check_mistakes({
      {"A mode that there is not", [&] { return callbacks::EarlyStopping({.mode = "minimum"}); },
       "[EarlyStopping] mode is not known; got 'minimum'; expected auto, min or max"},
      {"A patience below 0", [&] { return callbacks::EarlyStopping({.patience = -1}); },
       "[EarlyStopping] patience must be 0 or more epochs; got -1"},
      {"A figure of which nobody knows whether more is better",
       [&] { return fit(callbacks::EarlyStopping({.monitor = "val_f1"})); },
       "[EarlyStopping] it is not known whether more is better; got monitor 'val_f1'; expected a figure of the model: "
       "loss, or with val_ in front those of validation data; for any other figure say mode = \"min\" or \"max\""},
      {"A misspelt figure", [&] { return fit(callbacks::EarlyStopping({.monitor = "val_los"})); },
       "[EarlyStopping] it is not known whether more is better; got monitor 'val_los'; expected a figure of the model: "
       "loss, or with val_ in front those of validation data; for any other figure say mode = \"min\" or \"max\"; did "
       "you mean 'val_loss'?"},
      {"A rate that is to fall, by a factor above 1", [&] { return callbacks::ReduceLROnPlateau({.factor = 10}); },
       "[ReduceLROnPlateau] factor must be 0 or more, and less than 1; got 10"},
      {"A callback that sets the rate, and a schedule that sets it too",
       [&] {
         model.compile(optim::SGD({.learning_rate = optim::schedules::ExponentialDecay(0.1, 100, 0.9)}), "mse");
         return fit(callbacks::ReduceLROnPlateau({.monitor = "loss"}));
       },
       "[ReduceLROnPlateau] the optimizer has a schedule, so its learning rate cannot be set; got ExponentialDecay; "
       "give the optimizer a number, or leave out this callback"},
      {"A function that gives a rate below 0",
       [&] {
         model.compile("sgd", "mse");
         return fit(callbacks::LearningRateScheduler(
             [](std::int64_t epoch, double) { return 0. - static_cast<double>(epoch + 1); }));
       },
       "[LearningRateScheduler] the schedule gives no learning rate for epoch 0; got -1; expected a finite number from "
       "0 on"},
      {"Checkpoints in the old format", [&] { return callbacks::ModelCheckpoint("best.h5"); },
       "[ModelCheckpoint] the file's kind is told by its name; got 'best.h5'; expected it to end with '.keras'"},
      {"A figure in a file's name that there is not",
       [&] { return fit(callbacks::ModelCheckpoint("best_{val_loss:.2f}.keras")); },
       "[ModelCheckpoint] the path cannot be filled in (argument not found); got 'best_{val_loss:.2f}.keras'; expected "
       "figures among epoch, loss"},
      {"Checkpoints in a folder that is missing",
       [&] { return fit(callbacks::ModelCheckpoint("checkpoints/best.keras")); },
       "[save] cannot write 'checkpoints/best.keras'; got: No such file or directory; make its folder first"},
      {"A log in a folder that is missing", [&] { return fit(callbacks::CSVLogger("logs/run.csv")); },
       "[CSVLogger] cannot write 'logs/run.csv'; got: No such file or directory; make its folder first"},
      {"Cells separated by two characters", [&] { return callbacks::CSVLogger("run.csv", {.separator = ", "}); },
       "[CSVLogger] separator cannot be used; got ', '; expected one ASCII character that is no quote and no line end"},
      {"A backup without a folder", [&] { return callbacks::BackupAndRestore(""); },
       "[BackupAndRestore] backup_dir is empty; expected a folder"},
      {"A callback of one's own that asks for a figure that there is not",
       [&] { return fit({.on_epoch_end = [](std::int64_t, const Logs& logs) { logs["acc"]; }}); },
       "[Logs] no figure has that name; got 'acc'; expected one of: loss"},
  });
}

}  // namespace cornu::testing
