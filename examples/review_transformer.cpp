// Movie reviews in a transformer block: each word attends to all others, and none to padding.
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

constexpr std::int64_t width = 32, heads = 2;

// Adds a vector of its own to each place of a sequence: (batch, steps, width) → the same.
class PositionEmbedding : public cornu::Layer<PositionEmbedding> {
 public:
  PositionEmbedding() { supports_masking_ = true; }
  void build(const cornu::Shape& input_shape) override {
    places_ = add_weight(
        {.name = "places", .shape = {input_shape.dim(1), input_shape.dim(2)}, .initializer = "random_uniform"});
  }
  cornu::Tensor call(const cornu::Tensor& words) override { return words + places_; }

 private:
  cornu::Variable places_;
};

// Attention, then a feed-forward network for each word; what each finds is added to what was there. (Vaswani and
// others, "Attention is all you need", NeurIPS 2017; normalisation in front: Xiong and others, "On layer normalization
// in the transformer architecture", ICML 2020.)
cornu::SymbolicTensor transformer_block(const cornu::SymbolicTensor& words) {
  const auto normed = layers::LayerNormalization()(words);
  const auto attended = layers::MultiHeadAttention(heads, width / heads)({normed, normed});
  const auto x = layers::Add()({words, layers::Dropout(0.3)(attended)});
  const auto hidden = layers::Dense(2 * width, "relu")(layers::LayerNormalization()(x));
  return layers::Add()({x, layers::Dropout(0.3)(layers::Dense(width)(hidden))});
}

// The mask of the embedding goes with the words: no word attends to padding, and the mean is that of words alone.
cornu::Model make_model() {
  const auto ids = cornu::Input({.shape = {examples::review_length}, .dtype = cornu::int32, .name = "words"});
  const auto words = layers::Embedding(examples::review_words, width, {.mask_zero = true})(ids);
  const auto x = transformer_block(layers::Dropout(0.5)(PositionEmbedding()(words)));
  const auto review = layers::Dropout(0.5)(layers::GlobalAveragePooling1D()(x));
  return cornu::Model(ids, layers::Dense(1, "sigmoid")(review));
}

int run(const std::string& path, std::uint64_t seed) {
  cornu::random::set_seed(seed);
  const examples::Reviews reviews = examples::read_reviews(path);
  cornu::Model model = make_model();
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
