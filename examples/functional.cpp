// Two inputs, one shared embedding, masks that travel to the recurrent layers, and a frozen part.
#include <cornu/cornu.hpp>

#include <fmt/core.h>

namespace layers = cornu::layers;
namespace ops = cornu::ops;
using cornu::Tensor;

namespace {

constexpr int topics = 8, words_of_a_topic = 100;

// Sentences of `steps` ids, each of words of its topic; the last ones are padding (id 0), in half of the sentences.
Tensor sentences(const Tensor& topic, std::int64_t steps) {
  const std::int64_t n = topic.dim(0);
  const Tensor word = cornu::random::randint({n, steps}, 1, words_of_a_topic + 1);
  const Tensor ids = ops::expand_dims(topic, 1) * words_of_a_topic + word;
  const Tensor length = cornu::random::randint({n, 1}, steps / 2, steps * 3 / 2);
  return ids * ops::cast(ops::less(Tensor::arange(steps), length), cornu::int32);
}

struct Samples {
  Tensor questions, answers, fits;  // fits (n, 1): 1 where question and answer are about one topic
};

Samples make_samples(std::int64_t n) {
  const Tensor asked = cornu::random::randint({n}, 0, topics), other = cornu::random::randint({n}, 0, topics);
  const Tensor answered = ops::where(ops::less(cornu::random::uniform({n}), 0.5), asked, other);
  return {sentences(asked, 12), sentences(answered, 20), ops::expand_dims(ops::equal(asked, answered), 1)};
}

}  // namespace

int main() {
  cornu::random::set_seed(7);
  const auto embedding = layers::shared(layers::Embedding(topics * words_of_a_topic + 1, 32, {.mask_zero = true}));

  const auto question = cornu::Input({.shape = {cornu::None}, .dtype = cornu::int32, .name = "question"});
  const auto answer = cornu::Input({.shape = {cornu::None}, .dtype = cornu::int32, .name = "answer"});
  auto q = layers::LSTM(16)((*embedding)(question));  // padding is skipped: the mask follows the data
  auto a = layers::Bidirectional(layers::GRU(8))((*embedding)(answer));
  auto likeness = layers::Dot({1, 1}, {.normalize = true})({q, a});
  auto score = layers::Dense(1, "sigmoid")(likeness);

  cornu::Model model({question, answer}, score);
  model.compile("adam", "binary_crossentropy", {"accuracy"});
  model.summary();

  const auto [questions, answers, fits] = make_samples(8000);
  model.fit({questions, answers}, fits, {.epochs = 4, .validation_split = 0.1});

  embedding->set_trainable(false);                             // frozen: it stays as it is
  model.compile("adam", "binary_crossentropy", {"accuracy"});  // with an optimizer that begins anew
  const Tensor before = embedding->get_weights()[0];
  model.fit({questions, answers}, fits, {.epochs = 2, .validation_split = 0.1});

  const Samples others = make_samples(1000);
  const double accuracy = model.evaluate({others.questions, others.answers}, others.fits)["accuracy"];
  fmt::print("\nNew pairs of sentences: the model says right for {:.1f} % whether both are about one topic.\n",
             100 * accuracy);
  fmt::print("The frozen embedding is as it was: {}.\n", ops::array_equal(before, embedding->get_weights()[0]));

  // A layer that cannot use a mask does not drop it silently.
  try {
    cornu::Sequential wrong{layers::Embedding(10, 4, {.mask_zero = true}), layers::Flatten(), layers::Dense(1)};
    wrong.build({cornu::None, 5});
  } catch (const cornu::Error& error) {
    fmt::print("A model that would count padding is refused:\n  {}\n", error.what());
  }
}
