#include <doctest/doctest.h>

#include <cornu/framework/losses/classification.hpp>
#include <cornu/framework/losses/loss.hpp>

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
        "[loss] unknown loss; got 'mes'; expected one of mean_squared_error, mean_absolute_error, binary_crossentropy, "
        "categorical_crossentropy, sparse_categorical_crossentropy, crossentropy; pass an object for any other");
}
