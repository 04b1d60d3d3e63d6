// Two inputs, one shared embedding, masks that travel to the recurrent layer, and a frozen part.
#include <cornu/cornu.hpp>

#include <fmt/core.h>
#include <memory>

namespace layers = cornu::layers;
using cornu::Tensor;

int main() {
  const auto embedding = std::make_shared<layers::Embedding>(
      1000, 32,
      cornu::layers::EmbeddingOptions{
          .embeddings_regularizer = "l2", .embeddings_constraint = "max_norm", .mask_zero = true});

  const auto question = cornu::Input({.shape = {cornu::None}, .dtype = cornu::int32, .name = "question"});
  const auto answer = cornu::Input({.shape = {cornu::None}, .dtype = cornu::int32, .name = "answer"});
  auto q = layers::LSTM(16)((*embedding)(question));  // padding (id 0) is skipped: the mask follows the data
  auto a = layers::Bidirectional(layers::GRU(8))((*embedding)(answer));
  auto both = layers::Concatenate()({q, a});
  auto score = layers::Dense(1, "sigmoid")(both);

  cornu::Model model({question, answer}, score);
  model.compile("rmsprop", "binary_crossentropy", {"accuracy"});
  model.summary();

  const Tensor qs = cornu::random::randint({64, 12}, 0, 1000), as = cornu::random::randint({64, 20}, 0, 1000);
  const Tensor y = cornu::random::randint({64, 1}, 0, 2);
  model.fit({qs, as}, y, {.epochs = 2});

  embedding->set_trainable(false);  // frozen: compile again and it stays as it is
  model.compile("rmsprop", "binary_crossentropy");
  model.fit({qs, as}, y, {.epochs = 2});

  // A layer that cannot use a mask must not silently drop it.
  try {
    cornu::Sequential wrong{layers::Embedding(10, 4, {.mask_zero = true, .input_length = 5}), layers::Flatten(),
                            layers::Dense(1)};
    wrong.build({cornu::None, 5});
  } catch (const cornu::Error& error) {
    fmt::print("{}\n", error.what());  // names Flatten, the layer that made the mask, and what to do
  }
}
