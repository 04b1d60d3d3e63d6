#include "tests/mistakes/mistake.hpp"

#include <doctest/doctest.h>

#include <cornu/cornu.hpp>

namespace cornu::testing {

TEST_CASE("mistakes: text") {
  check_mistakes({
      {"Texts before adapt", [] { return text::TextVectorization()({"a good film"}); },
       "[TextVectorization] there is no vocabulary yet; call adapt or set_vocabulary first"},
      {"adapt to nothing",
       [] {
         text::TextVectorization vectorize;
         return vectorize.adapt({"", " "});
       },
       "TextVectorization: adapt has learnt no word; got 2 texts without any"},
      {"adapt with a vocabulary that was given",
       [] {
         text::TextVectorization vectorize({.vocabulary = {"good", "bad"}});
         return vectorize.adapt({"a good film"});
       },
       "[TextVectorization::adapt] the vocabulary is fixed; got one in the constructor; expected none, or leave out "
       "adapt"},
      {"A vocabulary of one word", [] { return text::TextVectorization({.max_tokens = 1}); },
       "[TextVectorization] max_tokens must be 2 or more; got 1"},
      {"Keras 1's name of a mode", [] { return text::TextVectorization({.output_mode = "binary"}); },
       "[TextVectorization] unknown output_mode; got \"binary\"; expected one of int, multi_hot, count, tf_idf"},
      {"A standardization that there is not", [] { return text::TextVectorization({.standardize = "lowercase"}); },
       "[TextVectorization] unknown standardize; got \"lowercase\"; expected one of lower_and_strip_punctuation, "
       "lower, strip_punctuation"},
      {"A word twice",
       [] {
         return text::TextVectorization({.vocabulary = {"good", "good"}});
       },
       "[TextVectorization] the vocabulary repeats a word; got \"good\" twice"},
      {"A length for counts",
       [] { return text::TextVectorization({.output_mode = "count", .output_sequence_length = 64}); },
       "[TextVectorization] output_sequence_length is for output_mode \"int\"; got \"count\""},
      {"More words than the Embedding has rows",
       [] {
         text::TextVectorization vectorize;
         vectorize.adapt({"a b c d e f g h i j"});
         return reviews().predict(vectorize({"a b c"}));
       },
       "[Embedding 'embedding'] id 11 at (0, 0) is outside the vocabulary; expected 0 … 9; raise input_dim or map "
       "unknown words to one id"},
      {"Padding on the right",
       [] {
         return text::pad_sequences({{1, 2, 3}, {4}}, {.padding = "right"});
       },
       "[pad_sequences] unknown padding; got \"right\"; expected \"pre\" or \"post\""},
      {"A length of 0",
       [] {
         return text::pad_sequences({{1, 2, 3}, {4}}, {.maxlen = 0});
       },
       "[pad_sequences] maxlen must be 1 or more; got 0"},
      {"Fewer ids than bytes",
       [] { return text::SubwordTextEncoder::build_from_corpus({"a good film"}, {.target_vocab_size = 100}); },
       "[SubwordTextEncoder] target_vocab_size is too small; got 100; expected 258 or more: padding, 256 bytes and a "
       "subword"},
      {"Nothing to learn subwords from", [] { return text::SubwordTextEncoder::build_from_corpus({}); },
       "[SubwordTextEncoder] there is nothing to learn from; got texts without a character"},
      {"No bins", [] { return text::hash("good", 0); }, "[hash] num_bins must be 1 or more; got 0"},
      {"One word for skip-grams", [] { return text::SkipGrams({1}); },
       "[SkipGrams] a corpus of one word has no negative samples; got one id; expected two or more"},
      {"A window of 0 words",
       [] {
         return text::SkipGrams({1, 2, 3}, {.window_size = 0});
       },
       "[SkipGrams] `window_size` is out of range; got 0; expected 1 or more"},
      {"A vocabulary that is not there", [] { return text::read_vocabulary("vocabulary.txt"); },
       "[read_vocabulary] cannot read 'vocabulary.txt'; got: No such file or directory"},
  });
}

TEST_CASE("mistakes: tables of words") {
  const std::vector<std::string> words{"cat", "dog", "emu"};
  const Tensor vectors = random::normal({3, 2});
  const explore::EmbeddingTable table(words, vectors);
  check_mistakes({
      {"A word that the table has not", [&] { return table.most_similar("cow"); },
       "[EmbeddingTable] unknown word; got \"cow\"; expected one of the table's 3 words; ask contains() first"},
      {"A word with a capital", [&] { return table.most_similar("Cat"); },
       "[EmbeddingTable] unknown word; got \"Cat\"; expected one of the table's 3 words; ask contains() first; did you "
       "mean \"cat\"?"},
      {"No neighbours", [&] { return table.most_similar("cat", {.top = 0}); },
       "[EmbeddingTable] top must be 1 or more; got 0"},
      {"Fewer words than vectors",
       [&] {
         return explore::EmbeddingTable({"cat", "dog"}, vectors);
       },
       "[EmbeddingTable] vectors and words do not fit together; got vectors of shape (3, 2) for 2 words; expected "
       "shape (2, d)"},
      {"Vectors as columns", [&] { return explore::EmbeddingTable(words, ops::transpose(vectors)); },
       "[EmbeddingTable] vectors and words do not fit together; got vectors of shape (2, 3) for 3 words; expected "
       "shape (3, d)"},
      {"Vectors that are not finite",
       [&] {
         return explore::EmbeddingTable(words, Tensor::ones({3, 2}) / 0.);
       },
       "[EmbeddingTable] a vector is not finite; got inf in row 0, \"cat\""},
      {"Neighbours of three vectors at once", [&] { return table.nearest(vectors); },
       "[EmbeddingTable::nearest] the vector has another length; got shape (3, 2); expected (2,)"},
      {"More components than there are", [&] { return explore::pca(vectors, {.components = 3}); },
       "[pca] components must lie in 1 … 2; got 3 for shape (3, 2)"},
      {"Components of ids",
       [&] {
         return explore::pca(Tensor({{1, 2}, {3, 4}}));
       },
       "[pca] vectors are not floating; got int32; expected float32 or float64"},
      {"An empty word for the Projector",
       [&] {
         return explore::write_projector("vecs.tsv", "meta.tsv", vectors, {"", "cat", "dog"});
       },
       "[write_projector] a word is empty; got \"\" in row 0; expected a name for each row; set skip_padding if it is "
       "the padding"},
  });
}

TEST_CASE("mistakes: pictures") {
  const Tensor points = random::normal({4, 2});
  check_mistakes({
      {"A chart of nothing", [&] { return plot::line_chart("loss.svg", {}); },
       "[line_chart] there is nothing to draw; got no series; expected at least one"},
      {"A curve of no epochs",
       [&] {
         return plot::line_chart("loss.svg", {{"loss", {}}});
       },
       "[line_chart] there is nothing to draw; got 1 series without a point; expected one with points"},
      {"Another number of x",
       [&] {
         return plot::line_chart("loss.svg", {{"loss", {0.5, 0.4}, {1}}});
       },
       "[line_chart] x and y of series \"loss\" differ in length; got 1 and 2"},
      {"A name for another kind of file",
       [&] {
         return plot::line_chart("loss.png", {{"loss", {0.5, 0.4}}});
       },
       "[line_chart] the picture is an SVG file; got the name 'loss.png'; expected it to end with '.svg'"},
      {"A picture too small to see",
       [&] {
         return plot::line_chart("loss.svg", {{"loss", {0.5, 0.4}}}, {.width = 7, .height = 5});
       },
       "[line_chart] the sides of a picture must have 200 … 20000 pixels; got 7 × 5"},
      {"A folder that is missing", [&] { return plot::scatter("pictures/points.svg", points); },
       "[scatter] cannot write 'pictures/points.svg'; got: No such file or directory; make its folder first"},
      {"Points in space",
       [&] {
         return plot::scatter("points.svg", random::normal({4, 3}));
       },
       "[scatter] points must be (n, 2); got shape (4, 3)"},
      {"Fewer labels than points", [&] { return plot::scatter("points.svg", points, {.labels = {"cat"}}); },
       "[scatter] names do not fit the points; got 1; expected 4 or none"},
      {"One image without its batch",
       [&] {
         return plot::image_grid("images.svg", random::uniform({28, 28}));
       },
       "[image_grid] images must be (n, h, w), (n, h, w, 1) or (n, h, w, 3); got shape (28, 28)"},
      {"Colours first, as PyTorch has them",
       [&] {
         return plot::image_grid("images.svg", random::uniform({4, 3, 28, 28}));
       },
       "[image_grid] images must be (n, h, w), (n, h, w, 1) or (n, h, w, 3); got shape (4, 3, 28, 28); colours go "
       "last: ops::transpose(images, {0, 2, 3, 1})"},
      {"Brightness 0 … 255 as floats",
       [&] {
         return plot::image_grid("images.svg", Tensor::full({4, 8, 8}, 255));
       },
       "image_grid: the brightest value is 255, and all from 1 on are drawn white; {.white = 255} tells what white is"},
      {"Fewer titles than images",
       [&] {
         return plot::image_grid("images.svg", random::uniform({4, 8, 8}), {.titles = {"cat"}});
       },
       "[image_grid] titles do not fit the images; got 1; expected 4 or none"},
  });
}

}  // namespace cornu::testing
