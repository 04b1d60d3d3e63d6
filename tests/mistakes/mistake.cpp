#include "tests/mistakes/mistake.hpp"

#include <doctest/doctest.h>

#include <exception>
#include <filesystem>
#include <fstream>

#include "tests/support/captured_log.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>

namespace cornu::testing {

namespace {

class EmptyFolder {
 public:
  EmptyFolder() : before_(std::filesystem::current_path()) { std::filesystem::current_path(folder_.path("")); }
  ~EmptyFolder() {
    std::error_code ignored;
    std::filesystem::current_path(before_, ignored);
  }
  EmptyFolder(const EmptyFolder&) = delete;
  EmptyFolder& operator=(const EmptyFolder&) = delete;

 private:
  TemporaryFolder folder_;
  std::filesystem::path before_;
};

std::string without_line_end(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

// What somebody who makes it is told; "" when it goes unnoticed.
std::string told(const Mistake& mistake) {
  CapturedLog log({});
  try {
    mistake.make();
  } catch (const std::exception& error) {
    return error.what();
  }
  return without_line_end(log.take());
}

bool fits(const std::string& text, const std::string& expected) {
  const std::string names = "...";
  const std::size_t place = expected.find(names);
  if (place == std::string::npos) return text == expected;
  const std::string end = expected.substr(place + names.size());
  return text.size() >= expected.size() && text.starts_with(expected.substr(0, place)) && text.ends_with(end);
}

Sequential compiled(Sequential model, const char* loss) {
  model.compile("sgd", loss);
  return model;
}

}  // namespace

void check_mistakes(const std::vector<Mistake>& mistakes) {
  const EmptyFolder folder;
  for (const Mistake& mistake : mistakes) {
    CAPTURE(mistake.what);
    const std::string text = told(mistake);
    if (fits(text, mistake.message))
      CHECK(!text.empty());
    else
      CHECK(text == mistake.message);
  }
}

Sequential regression() { return compiled(Sequential{layers::Dense(1)}, "mse"); }
Sequential yes_or_no() { return compiled(Sequential{layers::Dense(1, "sigmoid")}, "binary_crossentropy"); }
Sequential classification() {
  return compiled(Sequential{layers::Dense(3, "softmax")}, "sparse_categorical_crossentropy");
}
Sequential one_hot_classification() {
  return compiled(Sequential{layers::Dense(3, "softmax")}, "categorical_crossentropy");
}
Sequential reviews() {
  return compiled({layers::Embedding(10, 4), layers::GlobalAveragePooling1D(), layers::Dense(1, "sigmoid")},
                  "binary_crossentropy");
}

std::string write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

}  // namespace cornu::testing
