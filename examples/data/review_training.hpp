// What the examples that read movie reviews in the order of their words share: training, a picture of it, the test.
#pragma once
#include <fmt/core.h>

#include <cornu/cornu.hpp>
#include <string>
#include <vector>

#include "movie_reviews.hpp"

namespace examples {

// How likely each text is a review of somebody who liked it.
inline void print_opinions(cornu::Model& model, const cornu::text::TextVectorization& vectorize,
                           const std::vector<std::string>& texts) {
  const std::vector<float> liked = model.predict(vectorize(texts)).to_vector<float>();
  fmt::print("\nHow likely it is that somebody liked what is reviewed:\n");
  for (std::size_t i = 0; i < texts.size(); ++i) fmt::print("  {:.2f}  {}\n", liked[i], texts[i]);
}

// Trains until the validation gets no better, and tests. Gives what main returns.
inline int learn_reviews(cornu::Model& model, const Reviews& reviews) {
  model.summary();
  model.compile("adam", "binary_crossentropy", {"accuracy"});
  const cornu::History history =
      model.fit(reviews.train.x, reviews.train.y,
                {.epochs = 20,
                 .callbacks = {cornu::callbacks::EarlyStopping(
                     {.monitor = "val_accuracy", .patience = 3, .restore_best_weights = true})},
                 .validation_data = {reviews.validation.x, reviews.validation.y}});
  if (history.interrupted()) {
    fmt::print("interrupted: nothing is written\n");
    return 1;
  }
  cornu::plot::line_chart(
      "training.svg",
      {{"loss", history["loss"]},
       {"validation loss", history["val_loss"]},
       {.name = "accuracy", .y = history["accuracy"], .on_right = true},
       {.name = "validation accuracy", .y = history["val_accuracy"], .on_right = true}},
      {.title = "Training on reviews", .x_label = "epoch", .y_label = "loss", .right_label = "accuracy"});
  print_opinions(model, reviews.vectorize,
                 {"a funny and touching film", "not a funny film", "it is not bad at all", "good actors in a bad film",
                  "bad actors in a good film"});
  fmt::print(
      "\nwritten: training.svg\n"
      "test accuracy: {:.3f}, on reviews that neither the training nor its end depended on\n",
      model.evaluate(reviews.test.x, reviews.test.y)["accuracy"]);
  return 0;
}

}  // namespace examples
