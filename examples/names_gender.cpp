// Names letter by letter: an LSTM that reads first names, and says how likely they are names of women.
// Or a file `label <TAB> name` of yours.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cornu/cornu.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "data/labelled_parts.hpp"

namespace layers = cornu::layers;
namespace text = cornu::text;
using cornu::Tensor;
using Strings = std::vector<std::string>;

namespace {

struct Share {
  double of_women = 0, of_men = 0;  // per cent that bear the name
};

void read_shares(const std::string& path, double Share::*part, std::map<std::string, Share>& shares) {
  std::ifstream file(path);
  if (!file) throw cornu::FileError(path, "cannot be read; expected first names of the census");
  std::string name, rest;
  for (double share = 0; file >> name >> share; std::getline(file, rest)) shares[name].*part = share;
}

// The names of the census. Some 330 are those of women and men: they go with those of whom the larger part bears them,
// and a few for which both parts are equal are left out. The alphabet decides which ones are for the test.
examples::LabelledParts read_census(const std::string& folder) {
  std::map<std::string, Share> shares;
  read_shares(folder + "/dist.female.first", &Share::of_women, shares);
  read_shares(folder + "/dist.male.first", &Share::of_men, shares);
  examples::LabelledParts names;
  std::size_t number = 0, both = 0, equal = 0;
  for (const auto& [name, share] : shares) {
    if (share.of_women > 0 && share.of_men > 0) ++both;
    if (share.of_women == share.of_men)
      ++equal;
    else
      names.add(number++, name, share.of_women > share.of_men ? 1.f : 0.f);
  }
  fmt::print("{} names, {} of them of women and men: each counts for whom it is more frequent, {} are left out\n",
             shares.size(), both, equal);
  return names;
}

std::vector<float> predict(cornu::Sequential& model, const text::TextVectorization& vectorize, const Strings& names) {
  return model.predict(vectorize(names)).to_vector<float>();
}

void print(const char* title, const Strings& names, const std::vector<float>& probabilities,
           const std::vector<std::size_t>& which) {
  fmt::print("  {:<22}", title);
  for (const std::size_t i : which) fmt::print(" {} {:.2f} ", names[i], probabilities[i]);
  fmt::print("\n");
}

// Names of the test: the surest ones, the most doubtful and the worst errors.
void print_names(cornu::Sequential& model, const text::TextVectorization& vectorize, const text::LabelledText& test) {
  const std::vector<float> p = predict(model, vectorize, test.texts);
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), 0);
  const auto five_first = [&](auto less) {
    const auto n = std::min<std::ptrdiff_t>(5, std::ssize(order));
    std::partial_sort(order.begin(), order.begin() + n, order.end(), less);
    return std::vector<std::size_t>(order.begin(), order.begin() + n);
  };
  const auto error = [&](std::size_t i) { return std::abs(p[i] - test.labels[i]); };
  const auto doubt = [&](std::size_t i) { return std::abs(p[i] - 0.5f); };
  fmt::print("\nNew names, and the probability that they are names of women:\n");
  print("surely of women", test.texts, p, five_first([&](auto a, auto b) { return p[a] > p[b]; }));
  print("surely of men", test.texts, p, five_first([&](auto a, auto b) { return p[a] < p[b]; }));
  print("in doubt", test.texts, p, five_first([&](auto a, auto b) { return doubt(a) < doubt(b); }));
  print("the worst errors", test.texts, p, five_first([&](auto a, auto b) { return error(a) > error(b); }));
}

// How the answer changes as a name goes on.
void draw_letters(cornu::Sequential& model, const text::TextVectorization& vectorize, const Strings& names) {
  std::vector<cornu::plot::Series> lines;
  for (const std::string& name : names) {
    Strings beginnings;
    for (std::size_t length = 1; length <= name.size(); ++length) beginnings.push_back(name.substr(0, length));
    const std::vector<float> probabilities = predict(model, vectorize, beginnings);
    lines.push_back({name, {probabilities.begin(), probabilities.end()}});
  }
  cornu::plot::line_chart("letters.svg", lines,
                          {.title = "The beginnings of some names, taken for names",
                           .x_label = "letters",
                           .y_label = "probability that it is a name of women"});
}

// What is learnt from, with the names on which the number of epochs, the sizes and the rates below were chosen.
text::LabelledText joined(text::LabelledText names, const text::LabelledText& more) {
  names.texts.insert(names.texts.end(), more.texts.begin(), more.texts.end());
  names.labels.insert(names.labels.end(), more.labels.begin(), more.labels.end());
  return names;
}

int run(const std::string& path, std::uint64_t seed) {
  cornu::random::set_seed(seed);
  const auto names = std::filesystem::is_directory(path) ? read_census(path) : examples::read_own_file(path);
  const text::LabelledText learnt = joined(names.train, names.validation);
  fmt::print("for training: {}, for the test: {}\n", learnt.texts.size(), names.test.texts.size());

  text::TextVectorization vectorize({.split = "character"});
  vectorize.adapt(learnt.texts);
  const Tensor x = vectorize(learnt.texts), y(learnt.labels);
  const Tensor x_test = vectorize(names.test.texts), y_test(names.test.labels);

  cornu::Sequential model{
      layers::Embedding(vectorize.vocabulary_size(), 16, {.mask_zero = true}),  // names end where padding begins
      layers::Dropout(0.3),
      layers::Bidirectional(layers::LSTM(64)),
      layers::Dropout(0.5),
      layers::Dense(1, "sigmoid"),
  };
  model.summary();
  const std::int64_t epochs = 40, batch_size = 32;
  const cornu::optim::schedules::PolynomialDecay falling(0.005, epochs * x.dim(0) / batch_size + 1);
  model.compile(cornu::optim::Adam({.learning_rate = falling}), "binary_crossentropy", {"accuracy"});
  const cornu::History history = model.fit(x, y, {.batch_size = batch_size, .epochs = epochs});
  if (history.interrupted()) {
    fmt::print("interrupted: nothing is written\n");
    return 1;
  }

  print_names(model, vectorize, names.test);
  draw_letters(model, vectorize, {"JOSEPH", "JOSEPHINE", "CHRISTOPHER", "CHRISTINA", "PAULA"});
  const double women = cornu::ops::mean(y_test).item<double>();
  fmt::print(
      "\nThe model is right for {:.1f} % of {} new names; always the same answer is for {:.1f} %. letters.svg shows\n"
      "how its answer changes as a name goes on.\n",
      100 * model.evaluate(x_test, y_test)["accuracy"], y_test.size(), 100 * std::max(women, 1 - women));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Strings arguments = examples::arguments_of(argc, argv);
  const auto seed = examples::take_seed(arguments);
  if (!seed || arguments.size() != 1) {
    fmt::print(stderr,
               "usage: {} NAMES [--seed N]   (the folder of the census, or a file: label <TAB> name, a line each)\n",
               argv[0]);
    return 2;
  }
  try {
    return run(arguments[0], *seed);
  } catch (const cornu::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
