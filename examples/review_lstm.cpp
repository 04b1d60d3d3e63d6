// Movie reviews word by word: an LSTM that reads them forwards and backwards, and skips padding.
// Or a file `label <TAB> text` of yours.
#include <fmt/core.h>

#include <cornu/cornu.hpp>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "data/movie_reviews.hpp"
#include "data/review_training.hpp"

namespace layers = cornu::layers;

namespace {

int run(const std::string& path, std::uint64_t seed) {
  cornu::random::set_seed(seed);
  const examples::Reviews reviews = examples::read_reviews(path);

  cornu::Sequential model{
      layers::Embedding(examples::review_words, 32, {.mask_zero = true}),  // padding is skipped: the mask follows
      layers::Dropout(0.5),
      layers::Bidirectional(layers::LSTM(16)),
      layers::Dropout(0.5),
      layers::Dense(1, "sigmoid"),
  };
  return examples::learn_reviews(model, reviews);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments = examples::arguments_of(argc, argv);
  const auto seed = examples::take_seed(arguments);
  if (!seed || arguments.size() != 1) {
    fmt::print(stderr, "usage: {} FILE [--seed N]   (FILE: label <TAB> text, a line each)\n", argv[0]);
    return 2;
  }
  try {
    return run(arguments[0], *seed);
  } catch (const cornu::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
