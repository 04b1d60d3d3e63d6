// A story and a question about it: two inputs, and one embedding of words for both. The stories are made up.
#include <fmt/core.h>

#include <cornu/cornu.hpp>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "arguments.hpp"

namespace layers = cornu::layers;
namespace ops = cornu::ops;
namespace text = cornu::text;
using cornu::Tensor;
using Strings = std::vector<std::string>;

namespace {

const Strings people{"mary", "john", "sandra", "daniel"}, things{"apple", "football", "milk"};
const Strings places{"bathroom", "bedroom", "garden", "hallway", "kitchen", "office"};
constexpr std::int64_t width = 32, units = 64;

struct Questions {
  Strings stories, questions;
  std::vector<std::int32_t> answers;  // the numbers of places
};

std::size_t draw(std::size_t n) { return static_cast<std::size_t>(cornu::random::next_generator().below(n)); }

// Four to eight sentences about people who go to places and carry things there, and a question where one of them is, as
// in the first task of bAbI (Weston and others, "Towards AI-complete question answering", 2015). The answer is in the
// last sentence that names what is asked for.
void add_question(Questions& all) {
  std::map<std::string, std::size_t> where;
  std::string story;
  for (std::size_t sentences = 4 + draw(5); sentences > 0; --sentences) {
    const std::string& person = people[draw(people.size())];
    const std::size_t place = draw(places.size());
    where[person] = place;
    if (draw(3) > 0) {
      story += fmt::format("{} {} to the {}. ", person, draw(2) == 0 ? "went" : "moved", places[place]);
    } else {
      const std::string& thing = things[draw(things.size())];
      where[thing] = place;
      story += fmt::format("{} carried the {} to the {}. ", person, thing, places[place]);
    }
  }
  const auto asked = std::next(where.begin(), static_cast<std::ptrdiff_t>(draw(where.size())));
  all.stories.push_back(story);
  all.questions.push_back(fmt::format("where is {}?", asked->first));
  all.answers.push_back(static_cast<std::int32_t>(asked->second));
}

Questions make_questions(int n) {
  Questions all;
  for (int i = 0; i < n; ++i) add_question(all);
  return all;
}

// What the models see: ids of words, 0 behind the last one.
struct Samples {
  Tensor stories, questions, answers;
};

Samples as_ids(const text::TextVectorization& vectorize, const Questions& all) {
  return {vectorize(all.stories), vectorize(all.questions), Tensor(all.answers)};
}

// Each word of the story looks for itself among the words of the question, in the same embedding: the product of what
// it is and what it finds tells whether it is asked for. With that at hand the story is read. Padding is skipped.
cornu::Model make_model(std::int64_t words) {
  const cornu::initializers::RandomNormal apart({.stddev = 0.5});  // words are unlike each other from the beginning
  const auto embedding = layers::shared(
      layers::Embedding(words, width, {.embeddings_initializer = apart, .mask_zero = true, .name = "words"}));
  const auto story = cornu::Input({.shape = {cornu::None}, .dtype = cornu::int32, .name = "story"});
  const auto question = cornu::Input({.shape = {cornu::None}, .dtype = cornu::int32, .name = "question"});
  const auto told = (*embedding)(story), asked = (*embedding)(question);
  const auto found = layers::Attention()({told, asked});
  const auto read = layers::LSTM(units)(layers::Concatenate()({told, layers::Multiply()({told, found})}));
  return cornu::Model({story, question}, layers::Dense(std::ssize(places), "softmax")(read));
}

// What can be told from the question alone.
cornu::Model make_model_without_story(std::int64_t words) {
  const auto question = cornu::Input({.shape = {cornu::None}, .dtype = cornu::int32, .name = "question"});
  const auto asked = layers::LSTM(units)(layers::Embedding(words, width, {.mask_zero = true})(question));
  return cornu::Model(question, layers::Dense(std::ssize(places), "softmax")(asked));
}

void print_answers(cornu::Model& model, const Questions& asked, const Samples& samples) {
  const Tensor probabilities = model.predict({samples.stories, samples.questions});
  const Tensor answers = ops::argmax(probabilities), sure = ops::max(probabilities, {.axis = -1});
  for (std::size_t i = 0; i < 3; ++i) {
    const auto row = static_cast<std::int64_t>(i);
    const auto place = static_cast<std::size_t>(answers.at<std::int32_t>(row));
    fmt::print("\n  {}\n  {}  The model: {}, with probability {:.3f}.\n", asked.stories[i], asked.questions[i],
               places[place], sure.at<float>(row));
  }
}

int run(std::uint64_t seed) {
  cornu::random::set_seed(seed);
  const Questions asked = make_questions(10'000), new_ones = make_questions(2'000);
  text::TextVectorization vectorize;
  Strings texts = asked.stories;
  texts.insert(texts.end(), asked.questions.begin(), asked.questions.end());
  vectorize.adapt(texts);
  const Samples train = as_ids(vectorize, asked), test = as_ids(vectorize, new_ones);

  cornu::Model model = make_model(vectorize.vocabulary_size());
  model.summary();
  model.compile(cornu::optim::Adam({.learning_rate = 0.003}), "sparse_categorical_crossentropy", {"accuracy"});
  const cornu::History history = model.fit({{"story", train.stories}, {"question", train.questions}}, train.answers,
                                           {.batch_size = 64, .epochs = 10, .validation_split = 0.1});
  if (history.interrupted()) return 1;

  cornu::Model without = make_model_without_story(vectorize.vocabulary_size());
  without.compile("adam", "sparse_categorical_crossentropy", {"accuracy"});
  without.fit(train.questions, train.answers, {.epochs = 3, .verbose = 0});

  print_answers(model, new_ones, test);
  fmt::print(
      "\nOf {} questions about new stories, which are made up as those for the training, the model answers {:.1f} %\n"
      "rightly; a model that sees the question alone answers {:.1f} %, about one in {}.\n",
      test.answers.size(), 100 * model.evaluate({test.stories, test.questions}, test.answers)["accuracy"],
      100 * without.evaluate(test.questions, test.answers)["accuracy"], places.size());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Strings arguments = examples::arguments_of(argc, argv);
  const auto seed = examples::take_seed(arguments);
  if (!seed || !arguments.empty()) {
    fmt::print(stderr, "usage: {} [--seed N]\n", argv[0]);
    return 2;
  }
  return run(*seed);
}
