// An embedding learnt from movie reviews reads reviews of products: a gain with 50 labels, and its end with 1000.
// `--from model.keras` takes it from the file that `text_classifier --save` wrote, with vocabulary.txt beside it.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cornu/cornu.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace layers = cornu::layers;
namespace ops = cornu::ops;
namespace text = cornu::text;
using cornu::Tensor;

namespace {

constexpr int words = 10000, width = 16, draws = 20;

struct Reviews {
  text::LabelledText train, test;

  // A review's number decides, so that all sentences of one are on the same side.
  void add(std::int64_t number, std::string line, bool liked) {
    text::LabelledText& part = number % 5 == 0 ? test : train;
    part.texts.push_back(std::move(line));
    part.labels.push_back(liked ? 1.f : 0.f);
  }
};

// Snippets that people rated, `id <TAB> mean sentiment <TAB> text`, neutral ones left out; or `label <TAB> text`.
Reviews read_reviews(const std::string& path) {
  Reviews reviews;
  if (!path.ends_with("_GroundTruth.txt")) {
    const text::LabelledText all = text::read_tsv(path, {.shuffle = true});
    for (std::size_t i = 0; i < all.texts.size(); ++i)
      reviews.add(static_cast<std::int64_t>(i), all.texts[i], all.labels[i] > 0);
    return reviews;
  }
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find('\t'), second = line.find('\t', first + 1);
    if (second == std::string::npos) throw cornu::FileError(path, "expected lines of id, sentiment and text");
    const double sentiment = std::stod(line.substr(first + 1));
    if (sentiment != 0) reviews.add(std::stol(line), line.substr(second + 1), sentiment > 0);
  }
  return reviews;
}

struct Data {
  Tensor x, y, x_test, y_test;
};

Data vectorized(const text::TextVectorization& vectorize, const Reviews& reviews) {
  return {vectorize(reviews.train.texts), Tensor(reviews.train.labels), vectorize(reviews.test.texts),
          Tensor(reviews.test.labels)};
}

double accuracy(cornu::Model& model, const Data& data) {
  return model.evaluate(data.x_test, data.y_test, {.verbose = 0})["accuracy"];
}

// The text classifier of the example of that name; its embedding is what we are after.
std::unique_ptr<cornu::Model> learn(const Data& movies) {
  auto model = std::make_unique<cornu::Sequential>(layers::Embedding(words, width, {.mask_zero = true}),
                                                   layers::GlobalAveragePooling1D(), layers::Dense(16, "relu"),
                                                   layers::Dense(1, "sigmoid"));
  model->compile("adam", "binary_crossentropy", {"accuracy"});
  model->fit(movies.x, movies.y, {.epochs = 3, .verbose = 0});
  return model;
}

// Trained on `labels` snippets of products alone: the mean of word vectors and a logistic regression on it.
double trained(layers::EmbeddingOptions embedding, const Data& products, const Tensor& samples) {
  embedding.mask_zero = true;
  cornu::Sequential model{layers::Embedding(words, width, std::move(embedding)), layers::GlobalAveragePooling1D(),
                          layers::Dense(1, "sigmoid")};
  model.compile(cornu::optim::Adam({.learning_rate = 0.02}), "binary_crossentropy", {"accuracy"});
  const int epochs = static_cast<int>(200 * 32 / samples.size());  // 200 steps, however many samples there are
  model.fit(ops::gather(products.x, samples), ops::gather(products.y, samples), {.epochs = epochs, .verbose = 0});
  return accuracy(model, products);
}

// Mean and standard deviation over the draws.
struct Spread {
  double sum = 0, squares = 0;
  void add(double value) {
    sum += value;
    squares += value * value;
  }
  std::string text() const {
    const double mean = sum / draws, variance = (squares - draws * mean * mean) / (draws - 1);
    return fmt::format("{:.3f} ± {:.3f}", mean, std::sqrt(std::max(0.0, variance)));
  }
};

void compare(const Tensor& vectors, const Data& products) {
  const double deviation = ops::std(vectors).item<double>();
  fmt::print("\nlabels   movie vectors   random vectors  from scratch    test accuracy on products, {} draws\n", draws);
  for (const std::int64_t labels : {50, 200, 1000}) {
    Spread movie, random, scratch;
    for (int draw = 0; draw < draws; ++draw) {
      const Tensor samples = ops::slice(Tensor(cornu::random::permutation(products.x.dim(0))), 0, {.stop = labels});
      movie.add(trained({.weights = vectors, .trainable = false}, products, samples));
      const cornu::initializers::RandomNormal normal({.stddev = deviation});
      random.add(trained({.embeddings_initializer = normal, .trainable = false}, products, samples));
      scratch.add(trained({}, products, samples));
    }
    fmt::print("{:>6}   {}   {}   {}\n", labels, movie.text(), random.text(), scratch.text());
  }
}

// The classifier's own words if it comes from a file, otherwise those of the reviews.
text::TextVectorization make_vectorization(const text::LabelledText& reviews, const std::string& model_path) {
  text::TextVectorization vectorize({.max_tokens = words, .output_sequence_length = 64});
  if (model_path.empty()) {
    vectorize.adapt(reviews.texts);
  } else {
    const auto path = std::filesystem::path(model_path).replace_filename("vocabulary.txt");
    vectorize.set_vocabulary(text::read_vocabulary(path.string()));
  }
  return vectorize;
}

// The classifier is read from the file unless `model_path` is empty.
int run(const std::string& movie_path, const std::string& product_path, const std::string& model_path) {
  cornu::random::set_seed(7);
  const Reviews movie_reviews = read_reviews(movie_path);
  const text::TextVectorization vectorize = make_vectorization(movie_reviews.train, model_path);
  const Data movies = vectorized(vectorize, movie_reviews),
             products = vectorized(vectorize, read_reviews(product_path));
  const auto classifier = model_path.empty() ? learn(movies) : cornu::load_model(model_path);
  fmt::print("test accuracy on movies: {:.3f}\n", accuracy(*classifier, movies));
  const double liked = ops::mean(products.y_test).item<double>();
  fmt::print("snippets about products: {} to learn from, {} to test on; always the same answer is right in {:.3f}\n",
             products.x.dim(0), products.x_test.dim(0), std::max(liked, 1 - liked));
  compare(classifier->get_layer("embedding").get_weights()[0], products);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const bool from_file = argc == 5 && std::string_view(argv[3]) == "--from";
  if (argc != 3 && !from_file) {
    fmt::print(stderr, "usage: {} MOVIES PRODUCTS [--from MODEL.keras]   (reviews: label <TAB> text, a line each)\n",
               argv[0]);
    return 2;
  }
  try {
    return run(argv[1], argv[2], from_file ? argv[4] : "");
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
