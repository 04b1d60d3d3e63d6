#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/classification.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/losses/regression.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/keras_configs.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using losses::Loss, testing::message_of;

TEST_CASE("Loss: \"crossentropy\" is the one that fits the shapes") {
  const Handle<Loss> any("crossentropy");
  const Tensor one({{0.25F}, {0.5F}}), two({{0.25F, 0.75F}, {0.5F, 0.5F}});
  const auto value = [](const Loss& loss, const Tensor& t, const Tensor& p) { return loss(t, p).item<float>(); };
  CHECK(value(*any, Tensor({1, 0}), one) == value(losses::BinaryCrossentropy(), Tensor({1, 0}), one));
  CHECK(value(*any, Tensor({1, 0}), two) == value(losses::SparseCategoricalCrossentropy(), Tensor({1, 0}), two));
  const Tensor classes({{0.F, 1.F}, {1.F, 0.F}});
  CHECK(value(*any, classes, two) == value(losses::CategoricalCrossentropy(), classes, two));
  CHECK_THROWS_AS(any->check_labels(Tensor({1, 2}), {None, 2}), IndexError);
}

TEST_CASE("Loss: from a name, or refused with the names that there are") {
  for (const char* name : {"mean_squared_error", "MeanSquaredError", "mse", "MSE"})
    CHECK(Handle<Loss>(name)->name() == "mean_squared_error");
  for (const char* name : {"bce", "BCE", "binary_crossentropy"})
    CHECK(Handle<Loss>(name)->name() == "binary_crossentropy");
  CHECK(message_of<ValueError>([] { Handle<Loss>("mes"); }) ==
        "[loss] unknown loss; got 'mes'; expected one of mean_squared_error, mean_absolute_error, "
        "mean_absolute_percentage_error, mean_squared_logarithmic_error, cosine_similarity, huber, log_cosh, hinge, "
        "squared_hinge, categorical_hinge, kl_divergence, poisson, binary_crossentropy, categorical_crossentropy, "
        "sparse_categorical_crossentropy, binary_focal_crossentropy, categorical_focal_crossentropy, dice, tversky, "
        "circle, ctc, crossentropy; pass an object for any other; did you mean 'mse'?");
  CHECK(message_of<ValueError>([] {
          Handle<Loss>("BinaryCrossEntropi");
        }).ends_with("did you mean 'BinaryCrossentropy'?"));
}

TEST_CASE("Loss: \"crossentropy\" and \"ce\" go in any case, as in Keras; others do not") {
  for (const char* name : {"crossentropy", "ce", "CE", "CrossEntropy"})
    CHECK(Handle<Loss>(name)->name() == "crossentropy");
  CHECK_THROWS_AS(Handle<Loss>("Mse"), ValueError);
}

TEST_CASE("Loss: knows the name that it was made from, and none of an object") {
  CHECK(Handle<Loss>("MSE")->given_name() == "MSE");
  CHECK(from_config<Loss>(testing::view_of("bce"))->given_name() == "bce");
  CHECK(losses::MeanSquaredError().given_name().empty());
}

TEST_CASE("Loss: what Keras writes is read, and written again") {
  testing::check_round_trips("losses", [](const ConfigView& object) { return from_config<Loss>(object)->to_config(); },
                             {"function"});
}

TEST_CASE("Loss: a function of Keras's files is the loss of that name") {
  const auto loss = from_config<Loss>(testing::view_of(testing::keras_configs("losses")["function"]));
  CHECK(loss->name() == "mean_squared_error");
  CHECK(dynamic_cast<losses::MeanSquaredError*>(loss.get()) != nullptr);
}

TEST_CASE("Loss: the axis of class ids, which Keras does not write, is kept") {
  const Config written = losses::SparseCategoricalCrossentropy({.axis = 1}).to_config();
  CHECK(written["config"]["axis"].as_int() == 1);
  CHECK(from_config<Loss>(testing::view_of(written))->to_config().to_json() == written.to_json());
}

TEST_CASE("Loss: what has no class in Keras is written by its name") {
  CHECK(Handle<Loss>("crossentropy")->to_config().as_string() == "crossentropy");
  const Handle<Loss> function = [](const Tensor& t, const Tensor& p) { return t - p; };
  CHECK(function->to_config().to_json() == unnamed_function().to_json());
  CHECK(message_of<FileError>([&] {
          from_config<Loss>(testing::view_of(function->to_config()));
        }).starts_with("[load_model] 'm.keras': object: [loss] unknown loss; got 'function'"));
}

TEST_CASE("Loss: a config says where it is refused") {
  const auto error_of = [](const Config& object) {
    return message_of<FileError>([&] { from_config<Loss>(testing::view_of(object)); });
  };
  CHECK(error_of(function_object("mse").set("module", "__main__")).find("cornu has no loss 'mse'") !=
        std::string::npos);
  CHECK(error_of(keras_object("keras.losses", "Focal")) ==
        "[load_model] 'm.keras': object: cornu has no loss 'Focal'; register a class of yours by that name before "
        "(cornu::register_class)");
  CHECK(error_of(keras_object("keras.losses", "MeanSquaredError", {{"reduction", "product"}}))
            .starts_with("[load_model] 'm.keras': object.config: [Loss] unknown reduction; got 'product'"));
  CHECK(error_of(keras_object("keras.losses", "BinaryCrossentropy", {{"from_logits", 1}})) ==
        "[load_model] 'm.keras': object.config.from_logits: got 1; expected true or false");
}
