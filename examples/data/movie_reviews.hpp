// What the examples on movie reviews share: the file, its parts, and reviews as ids of words.
#pragma once
#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/tensor/tensor.hpp>
#include <cornu/framework/text/text_vectorization.hpp>
#include <fstream>
#include <string>

#include "labelled_parts.hpp"

namespace examples {

// The snippets that people rated, `id <TAB> mean sentiment <TAB> text`: liked (1) or not (0), neutral ones left out.
// Sorted by sentiment, so that parts are chosen by the id.
inline LabelledParts read_rated_snippets(const std::string& path) {
  LabelledParts reviews;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find('\t'), second = line.find('\t', first + 1);
    if (second == std::string::npos) throw cornu::FileError(path, "expected lines of id, sentiment and text");
    const double sentiment = std::stod(line.substr(first + 1));
    if (sentiment == 0) continue;
    reviews.add(std::stoul(line), line.substr(second + 1), sentiment > 0 ? 1.f : 0.f);
  }
  return reviews;
}

struct Samples {
  cornu::Tensor x, y;  // (n, 64) ids, 0 behind the last word; (n,) labels
};

constexpr std::int64_t review_words = 10000, review_length = 64;

// Reviews as ids of the words that are most frequent in what is learnt from.
struct Reviews {
  cornu::text::TextVectorization vectorize{{.max_tokens = review_words, .output_sequence_length = review_length}};
  Samples train, validation, test;
};

// Of the rated snippets, or a user's file with `label <TAB> text` lines.
inline Reviews read_reviews(const std::string& path) {
  const bool rated = path.ends_with("movieReviewSnippets_GroundTruth.txt");
  const LabelledParts parts = rated ? read_rated_snippets(path) : read_own_file(path);
  fmt::print("samples for training: {}, for validation: {}, for the test: {}\n", parts.train.texts.size(),
             parts.validation.texts.size(), parts.test.texts.size());
  Reviews reviews;
  reviews.vectorize.adapt(parts.train.texts);
  const auto samples = [&](const cornu::text::LabelledText& part) {
    return Samples{reviews.vectorize(part.texts), cornu::Tensor(part.labels)};
  };
  reviews.train = samples(parts.train);
  reviews.validation = samples(parts.validation);
  reviews.test = samples(parts.test);
  return reviews;
}

}  // namespace examples
