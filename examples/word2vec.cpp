// Words in, vectors out: word2vec (skip-gram with negative sampling) on Jane Austen's novels, or a text of yours.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cornu/cornu.hpp>
#include <fstream>
#include <string>
#include <unordered_map>
#include <vector>

namespace explore = cornu::explore;
namespace layers = cornu::layers;
namespace optim = cornu::optim;
namespace text = cornu::text;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::int64_t dimensions = 100, min_count = 5, epochs = 5, negatives = 5, batch_size = 256;

// Letters and apostrophes within them, lower case; bytes above ASCII count as letters.
std::vector<std::string> words_of(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw cornu::FileError(path, "cannot be read");
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    while (word.ends_with('\'')) word.pop_back();
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (char c; file.get(c);) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool is_letter = (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 128;
    is_letter || (c == '\'' && !word.empty()) ? word.push_back(c) : end_word();
  }
  end_word();
  return words;
}

struct Corpus {
  std::vector<std::string> vocabulary;  // the most frequent word first
  std::vector<std::int32_t> ids;        // of the words in it; the others are left out
  std::int64_t words = 0;               // with those
};

Corpus read_corpus(const std::string& path) {
  const std::vector<std::string> words = words_of(path);
  std::unordered_map<std::string, std::int64_t> counts;
  for (const std::string& word : words) ++counts[word];
  Corpus corpus;
  corpus.words = std::ssize(words);
  for (const auto& [word, count] : counts)
    if (count >= min_count) corpus.vocabulary.push_back(word);
  std::sort(corpus.vocabulary.begin(), corpus.vocabulary.end(), [&](const std::string& a, const std::string& b) {
    return counts[a] != counts[b] ? counts[a] > counts[b] : a < b;
  });
  std::unordered_map<std::string, std::int32_t> ids;
  for (const std::string& word : corpus.vocabulary) ids.emplace(word, static_cast<std::int32_t>(ids.size()));
  for (const std::string& word : words)
    if (const auto id = ids.find(word); id != ids.end()) corpus.ids.push_back(id->second);
  return corpus;
}

// The logit of "context is near target" is the product of the target's vector and one of the context's own.
cornu::Model make_model(std::int64_t words) {
  const auto target = cornu::Input({.dtype = cornu::int32, .name = "target"});
  const auto context = cornu::Input({.shape = {1 + negatives}, .dtype = cornu::int32, .name = "context"});
  const cornu::initializers::RandomUniform small({.minval = -0.5 / dimensions, .maxval = 0.5 / dimensions});
  const auto vector =
      layers::Embedding(words, dimensions, {.embeddings_initializer = small, .name = "vectors"})(target);
  const auto logits = layers::EmbeddingDot(words, dimensions,
                                           {.embeddings_initializer = "zeros", .name = "contexts"})({context, vector});
  return cornu::Model({target, context}, layers::Reshape({1 + negatives, 1})(logits));  // a loss of its own for each
}

// 1 for each pair's context, 0 for the words drawn at random.
cornu::Tensor labels_for(std::int64_t pairs) {
  const cornu::Tensor row = cornu::ops::one_hot(cornu::Tensor({0}), 1 + negatives, cornu::float32);
  return cornu::ops::reshape(cornu::ops::tile(row, {pairs, 1}), {pairs, 1 + negatives, 1});
}

class Progress {
 public:
  Progress(std::int64_t ids, std::int64_t words)
      : ids_(ids), words_per_id_(static_cast<double>(words) / static_cast<double>(ids)) {}
  // `loss` is the sum over a batch of `pairs`.
  void add(std::int64_t ids, double loss, std::int64_t pairs) {
    loss_ += loss;
    pairs_ += pairs;
    const bool ends = ids / ids_ > shown_epoch_;
    if (!ends && (!cornu::log_sink().live || Clock::now() < next_)) return;
    const double words = static_cast<double>(ids) * words_per_id_;
    const double part = static_cast<double>(ids) / static_cast<double>(ids_ * epochs);
    cornu::log(fmt::format("{}{:5.1f} % - {:.0f} words/s - loss: {:.4f}{}", cornu::log_sink().live ? "\r" : "",
                           100 * part, words / seconds(), loss_ / static_cast<double>(pairs_), ends ? "\n" : ""));
    next_ = Clock::now() + std::chrono::milliseconds(100);
    if (!ends) return;
    ++shown_epoch_;
    loss_ = 0;
    pairs_ = 0;
  }
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  std::int64_t ids_, pairs_ = 0, shown_epoch_ = 0;
  double words_per_id_, loss_ = 0;
  Clock::time_point start_ = Clock::now(), next_ = start_;
};

void train(cornu::Model& model, const Corpus& corpus, std::int64_t threads) {
  text::SkipGrams batches(
      corpus.ids, {.negative_samples = negatives, .batch_size = batch_size, .epochs = epochs, .threads = threads});
  const optim::schedules::PolynomialDecay rate(0.025, batches.words());
  model.compile(optim::SGD({.learning_rate = 0.025}),
                cornu::losses::BinaryCrossentropy({.from_logits = true, .reduction = "sum"}));
  const cornu::Tensor labels = labels_for(batch_size);
  Progress progress(std::ssize(corpus.ids), corpus.words);
  while (const auto batch = batches.next()) {
    const std::int64_t pairs = batch->target.dim(0);
    model.optimizer().set_learning_rate(rate(batch->words_done));
    const auto logs =
        model.train_on_batch({batch->target, batch->context}, cornu::ops::slice(labels, 0, {.stop = pairs}));
    progress.add(batch->words_done, logs["loss"], pairs);
  }
}

void print_neighbours(const explore::EmbeddingTable& table) {
  for (const char* word : {"sister", "monday", "london", "happy", "carriage"}) {
    if (!table.contains(word)) continue;
    fmt::print("{:>10}:", word);
    for (const auto& [neighbour, similarity] : table.most_similar(word, {.top = 8})) fmt::print(" {}", neighbour);
    fmt::print("\n");
  }
}

int run(const std::string& path, std::int64_t threads) {
  cornu::random::set_seed(7);
  const Corpus corpus = read_corpus(path);
  fmt::print("{} words, {} different ones that occur {} times or more\n", corpus.words, corpus.vocabulary.size(),
             min_count);
  std::fflush(stdout);
  cornu::Model model = make_model(std::ssize(corpus.vocabulary));
  train(model, corpus, threads);
  const explore::EmbeddingTable table(corpus.vocabulary, model.get_layer("vectors").get_weights()[0]);
  fmt::print("\nThe nearest neighbours of some words:\n");
  print_neighbours(table);
  explore::write_projector("vecs.tsv", "meta.tsv", table.vectors(), table.words());
  fmt::print("\nwritten: vecs.tsv and meta.tsv (for the Embedding Projector)\n");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    fmt::print(stderr, "usage: {} FILE [THREADS]   (a text; threads that prepare batches ahead, 1 unless given)\n",
               argv[0]);
    return 2;
  }
  try {
    return run(argv[1], argc == 3 ? std::stol(argv[2]) : 1);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
