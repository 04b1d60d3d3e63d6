// A story and a question about it: two inputs, one embedding of words for both. The stories are made up.
#include <fmt/core.h>

#include <algorithm>
#include <cornu/cornu.hpp>
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
constexpr std::int64_t story_length = 56, question_length = 4, width = 32;  // in words, and of their vectors

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
      story += fmt::format("{} {} to the {} ", person, draw(2) == 0 ? "went" : "moved", places[place]);
    } else {
      const std::string& thing = things[draw(things.size())];
      where[thing] = place;
      story += fmt::format("{} carried the {} to the {} ", person, thing, places[place]);
    }
  }
  const auto asked = std::next(where.begin(), static_cast<std::ptrdiff_t>(draw(where.size())));
  all.stories.push_back(story);
  all.questions.push_back(fmt::format("where is {}", asked->first));
  all.answers.push_back(static_cast<std::int32_t>(asked->second));
}

Questions make_questions(int n) {
  Questions all;
  for (int i = 0; i < n; ++i) add_question(all);
  return all;
}

struct Samples {
  Tensor stories, questions, answers;
};

cornu::Model make_model(std::int64_t words) {
  const auto embedding = layers::shared(layers::Embedding(words, width, {.mask_zero = true}));
  const auto story = cornu::Input({.shape = {cornu::None}, .dtype = cornu::int32, .name = "story"});
  const auto question = cornu::Input({.shape = {cornu::None}, .dtype = cornu::int32, .name = "question"});
  const auto [asked, h, c] = layers::LSTM(64, {.return_state = true}).all_outputs((*embedding)(question)).unpack<3>();
  const auto found = layers::LSTM(64)({(*embedding)(story), h, c});  // reads the story with the question in mind
  return cornu::Model({story, question}, layers::Dense(std::ssize(places), "softmax")(found));
}

// The same without the story: what can be told from the question alone.
cornu::Model make_model_without_story(std::int64_t words) {
  const auto question = cornu::Input({.shape = {cornu::None}, .dtype = cornu::int32, .name = "question"});
  const auto asked = layers::LSTM(64)(layers::Embedding(words, width, {.mask_zero = true})(question));
  return cornu::Model(question, layers::Dense(std::ssize(places), "softmax")(asked));
}

}  // namespace
