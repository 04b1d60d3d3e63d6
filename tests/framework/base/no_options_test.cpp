#include <cornu/framework/base/no_options.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/callbacks/early_stopping.hpp>
#include <cornu/framework/callbacks/reduce_lr_on_plateau.hpp>
#include <cornu/framework/callbacks/terminate_on_nan.hpp>
#include <cornu/framework/losses/classification.hpp>
#include <cornu/framework/metrics/accuracy.hpp>
#include <cornu/framework/metrics/of_losses.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/reshaping/flatten.hpp>
#include <cornu/optim/adam.hpp>
#include <cornu/optim/adamw.hpp>
#include <cornu/optim/sgd.hpp>

using namespace cornu;

TEST_CASE("NoOptions: empty braces mean the defaults, in any spelling") {
  CHECK(optim::Adam({}).learning_rate() == optim::Adam().learning_rate());
  CHECK(optim::Adam{}.learning_rate() == optim::Adam().learning_rate());
  CHECK(optim::AdamW({}).class_name() == "AdamW");
  CHECK(optim::SGD({}).learning_rate() == optim::SGD().learning_rate());
  CHECK(losses::BinaryCrossentropy({}).name() == "binary_crossentropy");
  CHECK(metrics::MeanSquaredError({}).name() == "mean_squared_error");
  CHECK(metrics::BinaryAccuracy({}).name() == "binary_accuracy");
  CHECK_NOTHROW(callbacks::EarlyStopping({}));
  CHECK_NOTHROW(callbacks::ReduceLROnPlateau({}));
  CHECK_NOTHROW(callbacks::TerminateOnNaN({}));
  CHECK(layers::Dense(3, {}).units() == 3);
  CHECK_NOTHROW(layers::Flatten({}));
}

TEST_CASE("NoOptions: options in braces, and what is moved or copied, are taken as before") {
  CHECK(optim::Adam({.learning_rate = 0.5}).learning_rate() == 0.5);
  CHECK(optim::Adam{optim::AdamOptions{.learning_rate = 0.5}}.learning_rate() == 0.5);
  CHECK(optim::Adam({.beta_1 = 0}).get_config()["beta_1"].as_double() == 0);
  CHECK(optim::Adam({.beta_1 = 0, .beta_2 = 0.5}).get_config()["beta_2"].as_double() == 0.5);
  CHECK(optim::Adam({.amsgrad = true}).get_config()["amsgrad"].as_bool());
  optim::Adam adam({.learning_rate = 0.25});
  CHECK(optim::Adam(std::move(adam)).learning_rate() == 0.25);
  const callbacks::EarlyStopping early({.monitor = "loss"});
  CHECK_NOTHROW(callbacks::EarlyStopping{early});
}
