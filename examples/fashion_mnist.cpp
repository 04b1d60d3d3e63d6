// Pictures of clothes: a multi-layer perceptron or, with `--cnn`, a convolutional network on Fashion-MNIST.
// Some of its predictions become a picture.
#include <fmt/core.h>

#include <array>
#include <cornu/cornu.hpp>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "arguments.hpp"

namespace layers = cornu::layers;
using cornu::Tensor;

namespace {

const std::array<const char*, 10> names{"T-shirt", "trouser", "pullover", "dress", "coat",
                                        "sandal",  "shirt",   "sneaker",  "bag",   "boot"};

// An idx file: two zeros, the type (8: bytes), the rank, the extents as big-endian 32-bit numbers, the bytes.
Tensor read_idx(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 4 || byte(0) != 0 || byte(1) != 0 || byte(2) != 8 || byte(3) < 1 || byte(3) > 3 ||
      bytes.size() < 4 + 4 * std::size_t{byte(3)})
    throw cornu::FileError(path, "not an idx file of bytes; expected a file of the Fashion-MNIST data set");
  cornu::Shape shape;
  for (std::size_t axis = 0, at = 4; axis < byte(3); ++axis, at += 4)
    shape.push_back(std::int64_t{byte(at)} << 24 | byte(at + 1) << 16 | byte(at + 2) << 8 | byte(at + 3));
  const std::size_t start = 4 + 4 * shape.rank();
  if (bytes.size() - start != static_cast<std::size_t>(shape.size()))
    throw cornu::FileError(
        path, fmt::format("not as long as it says; got {} bytes; expected {}", bytes.size() - start, shape.size()));
  std::vector<std::int32_t> values;
  for (std::size_t i = start; i < bytes.size(); ++i) values.push_back(byte(i));
  return Tensor(shape, std::span<const std::int32_t>(values));
}

Tensor read_images(const std::string& path) { return cornu::ops::cast(read_idx(path), cornu::float32) / 255.0; }

void draw_predictions(cornu::Sequential& model, const Tensor& images, const Tensor& labels) {
  const Tensor some = cornu::ops::slice(images, 0, {.stop = 24});
  const Tensor predicted = cornu::ops::argmax(model.predict(some));
  std::vector<std::string> titles;
  std::vector<std::string> colours;
  for (std::int64_t i = 0; i < some.dim(0); ++i) {
    const auto guess = static_cast<std::size_t>(predicted.at<std::int32_t>(i)),
               truth = static_cast<std::size_t>(labels.at<std::int32_t>(i));
    titles.push_back(guess == truth ? fmt::format("{}: right", names[guess])
                                    : fmt::format("predicted {}, is {}", names[guess], names[truth]));
    colours.push_back(guess == truth ? "" : "#c0392b");
  }
  cornu::plot::image_grid("predictions.svg", some, {.titles = titles, .columns = 6, .highlight = colours});
}

cornu::Sequential make_perceptron() {
  return {layers::Flatten(), layers::Dense(128, "relu"), layers::Dropout(0.2), layers::Dense(10, "softmax")};
}

// Windows of 3 × 3 pixels slide over the picture, then over what those gave.
cornu::Sequential make_cnn() {
  return {
      layers::Reshape({28, 28, 1}), layers::Conv2D(24, 3, {.activation = "relu"}),
      layers::MaxPooling2D(2),      layers::Conv2D(48, 3, {.activation = "relu"}),
      layers::MaxPooling2D(2),      layers::Flatten(),
      layers::Dense(64, "relu"),    layers::Dropout(0.2),
      layers::Dense(10, "softmax"),
  };
}

int run(const std::string& folder, bool cnn, std::uint64_t seed) {
  cornu::random::set_seed(seed);
  const Tensor x = read_images(folder + "/train-images-idx3-ubyte"), y = read_idx(folder + "/train-labels-idx1-ubyte");
  const Tensor x_test = read_images(folder + "/t10k-images-idx3-ubyte"),
               y_test = read_idx(folder + "/t10k-labels-idx1-ubyte");

  cornu::Sequential model = cnn ? make_cnn() : make_perceptron();
  model.build({cornu::None, 28, 28});
  model.summary();
  const std::int64_t batch_size = 64, epochs = cnn ? 5 : 10;
  // A network that has few epochs takes large steps first, and small ones in the end.
  const cornu::optim::schedules::PolynomialDecay falling(0.003, epochs * x.dim(0) * 9 / 10 / batch_size);
  model.compile(cnn ? cornu::optim::Adam({.learning_rate = falling}) : cornu::optim::Adam(),
                "sparse_categorical_crossentropy", {"accuracy"});
  const cornu::History history = model.fit(x, y, {.batch_size = batch_size, .epochs = epochs, .validation_split = 0.1});
  if (history.interrupted()) {
    fmt::print("interrupted: nothing is written\n");
    return 1;
  }

  cornu::plot::line_chart(
      "training.svg",
      {{"loss", history["loss"]},
       {"validation loss", history["val_loss"]},
       {.name = "accuracy", .y = history["accuracy"], .on_right = true},
       {.name = "validation accuracy", .y = history["val_accuracy"], .on_right = true}},
      {.title = "Training on Fashion-MNIST", .x_label = "epoch", .y_label = "loss", .right_label = "accuracy"});
  draw_predictions(model, x_test, y_test);
  fmt::print(
      "\nThe model names {:.1f} % of {} new pictures rightly. predictions.svg shows what it says of some,\n"
      "training.svg how it learnt.\n",
      100 * model.evaluate(x_test, y_test)["accuracy"], y_test.size());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments = examples::arguments_of(argc, argv);
  const auto seed = examples::take_seed(arguments);
  const bool cnn = examples::take_flag(arguments, "--cnn");
  if (!seed || arguments.size() != 1) {
    fmt::print(stderr, "usage: {} FOLDER [--cnn] [--seed N]   (FOLDER: the four idx files of Fashion-MNIST)\n",
               argv[0]);
    return 2;
  }
  try {
    return run(arguments[0], cnn, *seed);
  } catch (const cornu::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
