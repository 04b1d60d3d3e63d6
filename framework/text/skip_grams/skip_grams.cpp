#include <cornu/framework/text/skip_grams/skip_grams.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/framework/text/skip_grams/alias_table.hpp>
#include <cornu/framework/text/skip_grams/ordered_work.hpp>

namespace cornu::text {

using random::Generator;

namespace {

void require(const char* option, bool fits, double value, const char* expected) {
  if (!fits)
    throw ValueError("SkipGrams", fmt::format("`{}` is out of range; got {}; expected {}", option, value, expected));
}

void check(const SkipGramsOptions& options) {
  constexpr std::int64_t most_threads = 4096;
  const auto at_least = [](const char* option, std::int64_t value, std::int64_t limit) {
    require(option, value >= limit, static_cast<double>(value), limit == 0 ? "0 or more" : "1 or more");
  };
  at_least("window_size", options.window_size, 1);
  at_least("negative_samples", options.negative_samples, 0);
  at_least("batch_size", options.batch_size, 1);
  at_least("chunk_size", options.chunk_size, 1);
  at_least("epochs", options.epochs, 0);
  require("threads", options.threads >= 0 && options.threads <= most_threads, static_cast<double>(options.threads),
          "0 … 4096");
  require("sampling_factor", options.sampling_factor >= 0, options.sampling_factor, "0 or more");
  require("negative_exponent", std::isfinite(options.negative_exponent), options.negative_exponent, "a number");
}

void check(const SkipGramsOptions& options, std::int64_t words) {
  constexpr std::int64_t most = std::int64_t{1} << 31;  // ids in a chunk
  check(options);
  if (words > 0 && options.epochs > std::numeric_limits<std::int64_t>::max() / words)
    throw ValueError("SkipGrams", fmt::format("`epochs` is out of range; got {} for {} words; expected fewer",
                                              options.epochs, words));
  const auto chunk = static_cast<double>(std::min(options.chunk_size, words)),
             pairs = chunk * (std::min(static_cast<double>(options.window_size), chunk) + 1),
             ids = pairs * (static_cast<double>(options.negative_samples) + 1);
  if (ids > static_cast<double>(most))
    throw ValueError("SkipGrams",
                     fmt::format("a chunk has too many pairs; got chunk_size {}, window_size {} and "
                                 "negative_samples {}, about {:.3g} ids; expected at most {}; lower them",
                                 options.chunk_size, options.window_size, options.negative_samples, ids, most));
}

std::vector<double> counts_of(std::span<const std::int32_t> ids) {
  constexpr std::int32_t most = 1 << 27;
  std::vector<double> counts;
  for (const std::int32_t id : ids) {
    if (id < 0 || id >= most)
      throw ValueError("SkipGrams", fmt::format("ids must lie in 0 … {}; got {}", most - 1, id));
    if (static_cast<std::size_t>(id) >= counts.size()) counts.resize(static_cast<std::size_t>(id) + 1);
    ++counts[static_cast<std::size_t>(id)];
  }
  return counts;
}

// √(s/f) + s/f for words of share f
std::vector<double> keep_probabilities(const std::vector<double>& counts, double words, double factor) {
  std::vector<double> keep;
  for (const double count : counts) {
    const double ratio = factor * words / std::max(count, 1.);
    keep.push_back(factor == 0 ? 1 : std::sqrt(ratio) + ratio);
  }
  return keep;
}

// Of the ids that occur, the one with the largest count^exponent; 0 if none does.
std::size_t likeliest(const std::vector<double>& counts, double exponent) {
  std::size_t best = 0;
  for (std::size_t id = 0; id < counts.size(); ++id)
    if (counts[id] > 0 && (counts[best] == 0 || (counts[id] - counts[best]) * exponent > 0)) best = id;
  return best;
}

// Draws ids in proportion to count^exponent. These are taken as shares of the largest one: no exponent makes that
// overflow.
AliasTable in_proportion(const std::vector<double>& counts, double exponent) {
  const std::size_t best = likeliest(counts, exponent);
  std::vector<double> weights;
  for (const double count : counts) weights.push_back(count > 0 ? std::pow(count / counts[best], exponent) : 0);
  return AliasTable(weights);
}

// Draws any id but one.
class Negatives {
 public:
  Negatives(std::vector<double> counts, const SkipGramsOptions& options)
      : all_(in_proportion(counts, options.negative_exponent)),
        likeliest_(static_cast<std::int32_t>(likeliest(counts, options.negative_exponent))),
        others_(in_proportion(without(counts, static_cast<std::size_t>(likeliest_)), options.negative_exponent)) {
    const auto words = std::count_if(counts.begin(), counts.end(), [](double count) { return count > 0; });
    if (options.negative_samples > 0 && !counts.empty() && words < 2)
      throw ValueError("SkipGrams", "a corpus of one word has no negative samples; got one id; expected two or more");
  }

  // An id that is not the likeliest one has a share of at most a half: it is drawn again and again only seldom.
  std::int32_t draw(std::int32_t context, Generator& generator) const {
    if (context == likeliest_) return others_.draw(generator);
    std::int32_t other = all_.draw(generator);
    while (other == context) other = all_.draw(generator);
    return other;
  }

 private:
  static std::vector<double> without(std::vector<double> counts, std::size_t id) {
    if (id < counts.size()) counts[id] = 0;
    return counts;
  }

  AliasTable all_;
  std::int32_t likeliest_;
  AliasTable others_;
};

// What becomes of a chunk.
struct Pairs {
  std::vector<std::int32_t> targets, contexts;
  std::int64_t words_done = 0;
};

class PairMaker {
 public:
  PairMaker(std::vector<std::int32_t> ids, const SkipGramsOptions& options)
      : options_(options),
        ids_(std::move(ids)),
        counts_(counts_of(ids_)),
        keep_(keep_probabilities(counts_, static_cast<double>(ids_.size()), options.sampling_factor)),
        negatives_(counts_, options) {}

  std::int64_t words() const { return std::ssize(ids_); }
  std::int64_t chunks() const { return chunks_an_epoch() * options_.epochs; }

  Pairs make(std::int64_t chunk, std::uint64_t seed) const {
    const std::int64_t an_epoch = chunks_an_epoch();
    const std::int64_t first = chunk % an_epoch * options_.chunk_size;
    const std::int64_t count = std::min(options_.chunk_size, words() - first);
    Generator generator(seed);
    Pairs pairs = around(
        kept(std::span(ids_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)), generator),
        generator);
    pairs.words_done = chunk / an_epoch * words() + first + count;
    return pairs;
  }

 private:
  std::int64_t chunks_an_epoch() const {
    return words() / options_.chunk_size + (words() % options_.chunk_size > 0 ? 1 : 0);
  }

  std::vector<std::int32_t> kept(std::span<const std::int32_t> ids, Generator& generator) const {
    std::vector<std::int32_t> kept;
    kept.reserve(ids.size());
    for (const std::int32_t id : ids) {
      const double probability = keep_[static_cast<std::size_t>(id)];
      if (probability >= 1 || generator.uniform() < probability) kept.push_back(id);
    }
    return kept;
  }

  Pairs around(const std::vector<std::int32_t>& ids, Generator& generator) const {
    Pairs pairs;
    const std::int64_t count = std::ssize(ids);
    const auto expected = static_cast<std::size_t>(count * (std::min(options_.window_size, count) + 1));
    pairs.targets.reserve(expected);
    pairs.contexts.reserve(expected * static_cast<std::size_t>(options_.negative_samples + 1));
    for (std::int64_t at = 0; at < count; ++at) {
      const std::uint64_t drawn = generator.below(static_cast<std::uint64_t>(options_.window_size));
      const std::int64_t reach = std::min(static_cast<std::int64_t>(drawn), count - 1) + 1;
      for (std::int64_t near = std::max<std::int64_t>(at - reach, 0); near <= std::min(at + reach, count - 1); ++near)
        if (near != at) add(pairs, ids[static_cast<std::size_t>(at)], ids[static_cast<std::size_t>(near)], generator);
    }
    return pairs;
  }

  void add(Pairs& pairs, std::int32_t target, std::int32_t context, Generator& generator) const {
    pairs.targets.push_back(target);
    pairs.contexts.push_back(context);
    for (std::int64_t i = 0; i < options_.negative_samples; ++i) {
      pairs.contexts.push_back(negatives_.draw(context, generator));
    }
  }

  SkipGramsOptions options_;
  std::vector<std::int32_t> ids_;
  std::vector<double> counts_, keep_;  // of each id
  Negatives negatives_;
};

Tensor cut(const std::vector<std::int32_t>& values, std::size_t first, std::size_t rows, std::size_t columns) {
  return Tensor(Shape{static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns)},
                std::span(values).subspan(first * columns, rows * columns));
}

Generator generator_for(const SkipGramsOptions& options) {
  return options.seed ? Generator(*options.seed) : random::next_generator();
}

}  // namespace

struct SkipGrams::State {
  State(std::vector<std::int32_t> ids, const SkipGramsOptions& given)
      : options(given),
        maker(std::move(ids), options),
        chunks(maker.chunks(), options.threads, generator_for(options),
               [this](std::int64_t chunk, std::uint64_t seed) { return maker.make(chunk, seed); }) {}

  SkipGramsOptions options;
  PairMaker maker;
  OrderedWork<Pairs> chunks;
  Pairs pairs;           // of the present chunk
  std::size_t used = 0;  // of them
};

SkipGrams::SkipGrams(std::vector<std::int32_t> ids, SkipGramsOptions options) {
  check(options, std::ssize(ids));
  state_ = detail::Shared<State>::make(std::move(ids), options);
}
SkipGrams::~SkipGrams() = default;
SkipGrams::SkipGrams(SkipGrams&&) noexcept = default;
SkipGrams& SkipGrams::operator=(SkipGrams&&) noexcept = default;

std::int64_t SkipGrams::words() const { return state().maker.words() * state().options.epochs; }

SkipGrams::State& SkipGrams::state() const {
  if (state_) return *state_;
  throw StateError("SkipGrams", "it was moved from; got a call of it; expected one of where it went");
}

std::optional<SkipGramBatch> SkipGrams::next() {
  State& s = state();
  while (s.used == s.pairs.targets.size()) {
    auto pairs = s.chunks.next();
    if (!pairs) return std::nullopt;
    s.pairs = std::move(*pairs);
    s.used = 0;
  }
  const std::size_t first = s.used, left = s.pairs.targets.size() - first;
  const std::size_t count = std::min(left, static_cast<std::size_t>(s.options.batch_size));
  SkipGramBatch batch{cut(s.pairs.targets, first, count, 1),
                      cut(s.pairs.contexts, first, count, static_cast<std::size_t>(s.options.negative_samples) + 1),
                      s.pairs.words_done};
  s.used += count;
  return batch;
}

}  // namespace cornu::text
