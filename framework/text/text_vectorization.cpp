#include <cornu/framework/text/text_vectorization.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <mutex>
#include <numeric>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/base/utf8.hpp>
#include <cornu/framework/text/pad_sequences.hpp>

namespace cornu::text {

namespace {

constexpr std::string_view padding_token = "", unknown_token = "[UNK]";

[[noreturn]] void refuse(const std::string& message) { throw ValueError("TextVectorization", message); }

void check_name(std::string_view option, std::string_view name, std::initializer_list<std::string_view> known) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  refuse(fmt::format("unknown {}; got \"{}\"; expected one of {}", option, name, fmt::join(known, ", ")));
}

void check_ngrams(const Ngrams& ngrams) {
  for (const int length : ngrams.lengths())
    if (length < 1 || length > Ngrams::most)
      refuse(fmt::format("lengths of ngrams must lie in 1 … {}; got {}", Ngrams::most, length));
}

void check_sizes(const TextVectorizationOptions& options) {
  if (options.max_tokens && *options.max_tokens < 2)
    refuse(fmt::format("max_tokens must be 2 or more; got {}", *options.max_tokens));
  if (options.pad_to_max_tokens && !options.max_tokens)
    refuse("pad_to_max_tokens has nothing to pad to; got no max_tokens; set it");
  if (!options.output_sequence_length) return;
  if (options.output_mode != "int")
    refuse(fmt::format("output_sequence_length is for output_mode \"int\"; got \"{}\"", options.output_mode));
  if (*options.output_sequence_length < 1)
    refuse(fmt::format("output_sequence_length must be 1 or more; got {}", *options.output_sequence_length));
}

void check(const TextVectorizationOptions& options) {
  if (!options.standardize.is_none() && !options.standardize.function())
    check_name("standardize", options.standardize.name(),
               {"lower_and_strip_punctuation", "lower", "strip_punctuation"});
  if (!options.split.is_none() && !options.split.function())
    check_name("split", options.split.name(), {"whitespace", "character"});
  check_name("output_mode", options.output_mode, {"int", "multi_hot", "count", "tf_idf"});
  check_ngrams(options.ngrams);
  check_sizes(options);
}

std::string standardized(const std::string& text, const Standardize& way) {
  if (way.function()) return (*way.function())(text);
  if (way.name() == "lower") return lower(text);
  if (way.name() == "strip_punctuation") return strip_punctuation(text);
  return way.is_none() ? text : strip_punctuation(lower(text));
}

std::vector<std::string> split(const std::string& text, const Split& way) {
  if (way.function()) return (*way.function())(text);
  if (way.name() == "whitespace") return split_whitespace(text);
  if (way.name() == "character") return utf8_characters(text);
  return {text};
}

void check_no_repeats(const std::vector<std::string>& words) {
  std::unordered_set<std::string_view> seen;
  for (const std::string& word : words) {
    if (word == padding_token)
      refuse("the vocabulary has an empty word; expected \"\" and \"[UNK]\" at its front only");
    if (!seen.insert(word).second) refuse(fmt::format("the vocabulary repeats a word; got \"{}\" twice", word));
  }
}

constexpr std::int64_t texts_a_piece = 64;

// Functions of the program are called by one thread at a time, in the order of the texts.
template <class F>
void in_pieces(const std::vector<std::string>& texts, std::int64_t grain, const TextVectorizationOptions& options,
               const F& f) {
  const bool calls_functions = options.standardize.function() || options.split.function();
  cornu::detail::parallel_for(std::ssize(texts), calls_functions ? std::max<std::int64_t>(1, std::ssize(texts)) : grain,
                              f);
}

float mean(const std::vector<float>& values) {
  return static_cast<float>(std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()));
}

}  // namespace

// A number for each word.
struct TextVectorization::Counts {
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> of;

  void add(Counts&& more) {
    if (of.empty()) return std::swap(of, more.of);
    for (const auto& [word, number] : more.of) of[word] += number;
  }
};

TextVectorization::TextVectorization(cornu::detail::NoOptions) : TextVectorization() {}
TextVectorization::TextVectorization(TextVectorizationOptions options) : options_(std::move(options)) {
  check(options_);
  if (!options_.vocabulary.empty() || !options_.idf_weights.empty())
    set_vocabulary(options_.vocabulary, options_.idf_weights);
}

void TextVectorization::adapt(const std::vector<std::string>& texts) {
  if (!options_.vocabulary.empty())
    throw StateError("TextVectorization::adapt",
                     "the vocabulary is fixed; got one in the constructor; expected none, or leave out adapt");
  constexpr std::int64_t most_pieces = 16;
  const std::int64_t grain = std::max(texts_a_piece, (std::ssize(texts) + most_pieces - 1) / most_pieces);
  Counts counts, documents;
  std::mutex mutex;
  in_pieces(texts, grain, options_, [&](std::int64_t first, std::int64_t last) {
    Counts some, some_documents;
    count(std::span(texts).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)), some,
          some_documents);
    const std::scoped_lock lock(mutex);
    counts.add(std::move(some));
    documents.add(std::move(some_documents));
  });
  counts.of.erase(std::string(padding_token));
  counts.of.erase(std::string(unknown_token));
  if (counts.of.empty())
    log(fmt::format("TextVectorization: adapt has learnt no word; got {} texts without any\n", texts.size()));
  const std::vector<std::string> words = most_frequent(counts);
  use(words, learn_idf(words, documents, texts.size()));
}

void TextVectorization::count(std::span<const std::string> texts, Counts& counts, Counts& documents) const {
  for (const std::string& text : texts) {
    const std::vector<std::string> tokens = tokenize(text);
    for (const std::string& token : tokens) ++counts.of[token];
    if (options_.output_mode != "tf_idf") continue;
    for (const std::string_view token : std::unordered_set<std::string_view>(tokens.begin(), tokens.end()))
      ++documents.of[std::string(token)];
  }
}

Tensor TextVectorization::operator()(const std::vector<std::string>& texts) const {
  if (vocabulary_.empty())
    throw StateError("TextVectorization", "there is no vocabulary yet; call adapt or set_vocabulary first");
  return is_int() ? ids_of(texts) : bags_of(texts);
}

std::vector<std::string> TextVectorization::tokenize(const std::string& text) const {
  const std::vector<std::string> tokens = split(standardized(text, options_.standardize), options_.split);
  return options_.ngrams.lengths().empty() ? tokens : make_ngrams(tokens, options_.ngrams.lengths());
}

std::vector<std::string> TextVectorization::get_vocabulary(bool include_special_tokens) const {
  if (include_special_tokens || vocabulary_.empty()) return vocabulary_;
  return {vocabulary_.begin() + special_count(), vocabulary_.end()};
}

void TextVectorization::set_vocabulary(const std::vector<std::string>& vocabulary,
                                       const std::vector<float>& idf_weights) {
  const std::vector<std::string> special = special_tokens();
  const bool has_special =
      vocabulary.size() >= special.size() && std::equal(special.begin(), special.end(), vocabulary.begin());
  const std::vector<std::string> words(vocabulary.begin() + (has_special ? std::ssize(special) : 0), vocabulary.end());
  if (vocabulary.empty()) refuse("the vocabulary is empty; expected at least one word");
  check_no_repeats(words);
  if (const auto size = std::ssize(special) + std::ssize(words); size > options_.max_tokens.value_or(size))
    refuse(fmt::format("the vocabulary is too large; got {} tokens; expected at most max_tokens = {}", size,
                       *options_.max_tokens));
  if (const std::size_t expected = options_.output_mode == "tf_idf" ? vocabulary.size() : 0;
      idf_weights.size() != expected) {
    refuse(fmt::format("idf_weights do not fit; got {} for {} words in output_mode \"{}\"; expected {}",
                       idf_weights.size(), vocabulary.size(), options_.output_mode, expected));
  }
  std::vector<float> weights = idf_weights;
  if (!has_special && !weights.empty()) weights.insert(weights.begin(), mean(idf_weights));
  use(words, std::move(weights));
}

std::vector<std::string> TextVectorization::special_tokens() const {
  if (is_int()) return {std::string(padding_token), std::string(unknown_token)};
  return {std::string(unknown_token)};
}

std::vector<std::string> TextVectorization::most_frequent(const Counts& counts) const {
  std::vector<std::pair<std::int64_t, std::string>> ranking;
  for (const auto& [token, count] : counts.of) ranking.emplace_back(count, token);
  std::sort(ranking.rbegin(), ranking.rend());
  const auto room = options_.max_tokens ? *options_.max_tokens - special_count() : std::ssize(ranking);
  std::vector<std::string> words;
  for (auto& [count, token] : ranking) {
    if (std::ssize(words) == room) break;
    words.push_back(std::move(token));
  }
  return words;
}

// idf = log(1 + texts / (1 + texts with the token)); that of unknown tokens is the mean of all
std::vector<float> TextVectorization::learn_idf(const std::vector<std::string>& words, const Counts& documents,
                                                std::size_t texts) const {
  if (options_.output_mode != "tf_idf") return {};
  if (words.empty()) refuse("there is nothing to learn document frequencies from; got texts without a token");
  std::vector<float> weights;
  for (const std::string& word : words) {
    const auto with_word = static_cast<double>(documents.of.find(word)->second);
    weights.push_back(static_cast<float>(std::log(1 + static_cast<double>(texts) / (1 + with_word))));
  }
  weights.insert(weights.begin(), mean(weights));
  return weights;
}

void TextVectorization::use(const std::vector<std::string>& words, std::vector<float> idf_weights) {
  std::vector<std::string> vocabulary = special_tokens();
  Counts ids;
  for (const std::string& word : words) {
    ids.of.emplace(word, std::ssize(vocabulary));
    vocabulary.push_back(word);
  }
  auto shared_ids = detail::Shared<const Counts>::make(std::move(ids));  // the last that may fail
  vocabulary_ = std::move(vocabulary);
  ids_ = std::move(shared_ids);
  idf_weights_ = std::move(idf_weights);
}

std::int64_t TextVectorization::id_of(std::string_view token) const {
  if (token == padding_token && is_int()) return 0;
  const auto found = ids_->of.find(token);
  return found != ids_->of.end() ? found->second : special_count() - 1;
}

Tensor TextVectorization::ids_of(const std::vector<std::string>& texts) const {
  std::vector<std::vector<std::int64_t>> rows(texts.size());
  in_pieces(texts, texts_a_piece, options_, [&](std::int64_t first, std::int64_t last) {
    for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i)
      for (const std::string& token : tokenize(texts[i])) rows[i].push_back(id_of(token));
  });
  return pad_sequences(rows, {.maxlen = options_.output_sequence_length, .padding = "post", .truncating = "post"});
}

void TextVectorization::fill_bag(const std::string& text, float* row) const {
  for (const std::string& token : tokenize(text)) {
    if (token == padding_token) continue;
    float& cell = row[id_of(token)];
    cell = options_.output_mode == "multi_hot" ? 1.f : cell + 1.f;
  }
  for (std::size_t i = 0; i < idf_weights_.size(); ++i) row[i] *= idf_weights_[i];
}

Tensor TextVectorization::bags_of(const std::vector<std::string>& texts) const {
  const std::int64_t columns = options_.pad_to_max_tokens ? *options_.max_tokens : vocabulary_size();
  Tensor bags = Tensor::zeros({std::ssize(texts), columns});
  float* const data = bags.mutable_data<float>();
  in_pieces(texts, texts_a_piece, options_, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) fill_bag(texts[static_cast<std::size_t>(i)], data + i * columns);
  });
  return bags;
}

}  // namespace cornu::text
