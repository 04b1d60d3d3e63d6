// Labelled texts in three parts, as the examples on texts use them.
#pragma once
#include <cornu/framework/text/read_tsv.hpp>
#include <string>
#include <utility>

namespace examples {

// What is learnt from, what says when to stop, and what nothing was chosen on.
struct LabelledParts {
  cornu::text::LabelledText train, validation, test;

  // The number of a text decides: 7 of 10 are learnt from, 1 is for the validation, 2 for the test.
  void add(std::size_t number, std::string text, float label) {
    cornu::text::LabelledText& part = number % 5 == 0 ? test : number % 10 == 1 ? validation : train;
    part.texts.push_back(std::move(text));
    part.labels.push_back(label);
  }
};

// A user's file, `label <TAB> text` a line, in an order that the seed decides.
inline LabelledParts read_own_file(const std::string& path) {
  const cornu::text::LabelledText all = cornu::text::read_tsv(path, {.shuffle = true});
  LabelledParts parts;
  for (std::size_t i = 0; i < all.texts.size(); ++i) parts.add(i, all.texts[i], all.labels[i]);
  return parts;
}

}  // namespace examples
