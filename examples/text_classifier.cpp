// Text in, a trained embedding and a classifier out: movie reviews, liked or not, or a file `label <TAB> text` of
// yours. `--save model.keras` writes the trained model, and vocabulary.txt beside it.
#include <fmt/core.h>

#include <algorithm>
#include <cornu/cornu.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "data/movie_reviews.hpp"

namespace explore = cornu::explore;
namespace layers = cornu::layers;
namespace ops = cornu::ops;
namespace text = cornu::text;
using Strings = std::vector<std::string>;

namespace {

void print_neighbours(const explore::EmbeddingTable& table, const Strings& words) {
  for (const std::string& word : words) {
    if (!table.contains(word)) continue;
    fmt::print("{:>10}:", word);
    for (const auto& [neighbour, similarity] : table.most_similar(word, {.top = 10})) fmt::print(" {}", neighbour);
    fmt::print("\n");
  }
}

// Keras opens the model. The vocabulary has a line for each row of the embedding, the last ones empty if there are more
// rows than words: `reuse_embedding --from` and `cornu neighbours --metadata` read it.
void save(const cornu::Sequential& model, std::vector<std::string> words, const std::string& path) {
  words.resize(static_cast<std::size_t>(model.layers()[0]->get_weights()[0].dim(0)));
  const std::string vocabulary = std::filesystem::path(path).replace_filename("vocabulary.txt").string();
  model.save(path);
  text::write_vocabulary(vocabulary, words);
  fmt::print("saved: {} and {}\n", path, vocabulary);
}

// The model is saved unless `model_path` is empty.
int run(const std::string& path, const std::string& model_path) {
  cornu::random::set_seed(7);
  const auto [vectorize, train, validation, test] = examples::read_reviews(path);

  cornu::Sequential model{
      layers::Embedding(examples::review_words, 16, {.mask_zero = true}),
      layers::GlobalAveragePooling1D(),
      layers::Dense(16, "relu"),
      layers::Dense(1, "sigmoid"),
  };
  model.summary();
  model.compile("adam", "binary_crossentropy", {"accuracy"});
  const cornu::History history =
      model.fit(train.x, train.y,
                {.epochs = 20,
                 .callbacks = {cornu::callbacks::EarlyStopping({.patience = 2, .restore_best_weights = true})},
                 .validation_data = {validation.x, validation.y}});
  if (history.interrupted()) {
    fmt::print("interrupted: nothing is written\n");
    return 1;
  }

  const cornu::Tensor vectors = model.layers()[0]->get_weights()[0];
  std::vector<std::string> words = vectorize.get_vocabulary();
  words.resize(static_cast<std::size_t>(vectors.dim(0)));  // rows that a small vocabulary leaves unused have no word
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i].empty()) words[i] = i == 0 ? "[PAD]" : fmt::format("[unused {}]", i);
  explore::write_projector("vecs.tsv", "meta.tsv", vectors, words, {.skip_padding = true});
  cornu::plot::line_chart(
      "training.svg",
      {{"loss", history["loss"]},
       {"validation loss", history["val_loss"]},
       {.name = "accuracy", .y = history["accuracy"], .on_right = true},
       {.name = "validation accuracy", .y = history["val_accuracy"], .on_right = true}},
      {.title = "Training of the text classifier", .x_label = "epoch", .y_label = "loss", .right_label = "accuracy"});

  // Words that few reviews have keep much of what they began with: neighbours are looked for among the frequent ones.
  const std::int64_t frequent = std::min<std::int64_t>(2000, vectors.dim(0));
  fmt::print(
      "\nThe ten nearest neighbours of some words among the {} most frequent: the classifier learnt who praises\n"
      "and who complains, not what words mean.\n",
      frequent);
  print_neighbours({Strings(words.begin(), words.begin() + frequent), ops::slice(vectors, 0, {.stop = frequent})},
                   {"great", "funny", "beautiful", "bad", "dull", "boring"});
  fmt::print("\nwritten: vecs.tsv and meta.tsv (for the Embedding Projector), training.svg\n");
  if (!model_path.empty()) save(model, vectorize.get_vocabulary(), model_path);
  fmt::print("test accuracy: {:.3f}, on reviews that neither the training nor its end depended on\n",
             model.evaluate(test.x, test.y)["accuracy"]);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const bool saves =
      argc == 4 && std::string_view(argv[2]) == "--save" && std::string_view(argv[3]).ends_with(".keras");
  if (argc != 2 && !saves) {
    fmt::print(stderr, "usage: {} FILE [--save MODEL.keras]   (FILE: label <TAB> text, a line each)\n", argv[0]);
    return 2;
  }
  try {
    return run(argv[1], saves ? argv[3] : "");
  } catch (const cornu::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
