// A recurrent network that reads Jane Austen's novels letter by letter, and writes on by itself.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cornu/cornu.hpp>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace layers = cornu::layers;
namespace ops = cornu::ops;
using cornu::Tensor;

namespace {

constexpr std::int64_t steps = 100;            // letters in a sample
constexpr std::size_t letters_read = 400'000;  // of 4 million

// Each letter that the text has, numbered in the order in which they come first.
class Alphabet {
 public:
  explicit Alphabet(std::string_view text) {
    ids_.fill(-1);
    for (const char letter : text) {
      if (id(letter) >= 0) continue;
      ids_[static_cast<unsigned char>(letter)] = static_cast<std::int32_t>(letters_.size());
      letters_ += letter;
    }
  }
  std::int64_t size() const { return std::ssize(letters_); }
  std::int32_t id(char letter) const { return ids_[static_cast<unsigned char>(letter)]; }
  char letter(std::int32_t id) const { return letters_[static_cast<std::size_t>(id)]; }

  // (1, n) ids.
  Tensor encode(std::string_view text) const {
    std::vector<std::int32_t> ids;
    for (const char letter : text) ids.push_back(id(letter));
    return Tensor(cornu::Shape{1, std::ssize(ids)}, std::span<const std::int32_t>(ids));
  }

 private:
  std::array<std::int32_t, 256> ids_{};
  std::string letters_;
};

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.size() < letters_read / 10) throw cornu::FileError(path, "too short; expected a long text");
  text.resize(std::min(text.size(), letters_read));
  return text;
}

// Writes on: the next letter is drawn by its probability, sharpened a little.
std::string go_on(cornu::Sequential& model, const Alphabet& alphabet, std::string text, int letters) {
  const std::size_t given = text.size();
  for (int i = 0; i < letters; ++i) {
    const std::size_t start = text.size() > steps ? text.size() - steps : 0;
    const Tensor logits = model.predict(alphabet.encode(std::string_view(text).substr(start)));
    const Tensor next = ops::select(logits, 1, -1) / 0.5;  // (1, letters)
    text += alphabet.letter(cornu::random::categorical(next, 1).item<std::int32_t>());
  }
  return text.substr(given);
}

int run(const std::string& path) {
  cornu::random::set_seed(7);
  const std::string text = read(path);
  const Alphabet alphabet(text);
  const Tensor ids = ops::reshape(alphabet.encode(text), {std::ssize(text)});
  const std::int64_t samples = (ids.size() - 1) / steps;
  // Each letter is to be told from those before it: the answers are the text, one letter later.
  const Tensor x = ops::reshape(ops::slice(ids, 0, {.stop = samples * steps}), {samples, steps});
  const Tensor y = ops::reshape(ops::slice(ids, 0, {.start = 1, .stop = samples * steps + 1}), {samples, steps});
  fmt::print("{} letters, {} different ones, as {} samples of {}\n", ids.size(), alphabet.size(), samples, steps);

  cornu::Sequential model{layers::Embedding(alphabet.size(), 32), layers::LSTM(128, {.return_sequences = true}),
                          layers::Dense(alphabet.size())};
  model.build({cornu::None, steps});
  model.summary();
  model.compile(cornu::optim::Adam({.learning_rate = 0.005}),
                cornu::losses::SparseCategoricalCrossentropy({.from_logits = true}), {"accuracy"});
  const cornu::History history = model.fit(x, y, {.epochs = 10, .validation_split = 0.05});
  if (history.interrupted()) return 1;

  const std::string start = "She was not at all";
  fmt::print("\nAfter \"{}\" the model writes, a letter at a time:\n\n{}{}\n\n", start, start,
             go_on(model, alphabet, start, 400));
  fmt::print(
      "Of the letters of a part that it has not read it foretells {:.1f} %; a space, the most frequent letter,\n"
      "is right for {:.1f} %.\n",
      100 * history["val_accuracy"].back(),
      100. * static_cast<double>(std::count(text.begin(), text.end(), ' ')) / static_cast<double>(text.size()));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: {} TEXT\n", argv[0]);
    return 2;
  }
  try {
    return run(argv[1]);
  } catch (const cornu::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
