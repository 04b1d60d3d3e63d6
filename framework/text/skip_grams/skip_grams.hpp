#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/shared.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::text {

struct SkipGramsOptions {
  std::int64_t window_size = 5;       ///< a context lies at most so many words away
  std::int64_t negative_samples = 5;  ///< ids drawn for each pair, none of which is its context
  /// Words of a larger share of the corpus than this are left out at random, the more frequent the more often: a word
  /// of share f stays with probability √(s/f) + s/f. 0 keeps all.
  double sampling_factor = 1e-3;
  double negative_exponent = 0.75;      ///< negative ids are drawn with probability ∝ count^negative_exponent
  std::int64_t batch_size = 1024;       ///< pairs
  std::int64_t chunk_size = 10'000;     ///< words; no window reaches over the end of a chunk
  std::int64_t epochs = 1;              ///< passes over the corpus, each with draws of its own
  std::int64_t threads = 0;             ///< chunks, up to 4096, that the library's other threads prepare at a time
  std::optional<std::uint64_t> seed{};  ///< taken from random::set_seed's stream unless given
};

/// Pairs of words near each other, with words drawn at random beside them: a binary classifier's samples.
struct SkipGramBatch {
  Tensor target;            ///< (n, 1) int32
  Tensor context;           ///< (n, 1 + negative_samples) int32: a word near the target, then the drawn ones
  std::int64_t words_done;  ///< words of the corpus that this and earlier batches came from, over all epochs
};

/// A corpus of ids cut into batches for skip-gram with negative sampling (Mikolov et al., "Distributed representations
/// of words and phrases and their compositionality", NIPS 2013). Each word that stays is the target of all words at
/// most r places away, r drawn anew from 1 … window_size; an id drawn as negative is never the pair's own context.
///
///     text::SkipGrams batches(ids, {.epochs = 5, .threads = 2});
///     while (const auto batch = batches.next()) model.train_on_batch({batch->target, batch->context}, labels);
///
/// Batches follow from corpus, options and seed alone: each chunk has a generator of its own, and chunks come in order
/// whatever the number of threads. A batch lies within one chunk, so the last one of a chunk may be smaller. One thread
/// at a time may call next().
class SkipGrams {
 public:
  /// Ids 0 … vocabulary-1. Throws ValueError for an id below 0 or of 2^27 and more, for a corpus without two different
  /// ids when there are negative samples, for options out of range, and for a chunk that may have more than 2^31 ids of
  /// contexts.
  explicit SkipGrams(std::vector<std::int32_t> ids, SkipGramsOptions options = {});
  ~SkipGrams();
  SkipGrams(SkipGrams&&) noexcept;
  SkipGrams& operator=(SkipGrams&&) noexcept;

  /// The next batch; nothing after the last epoch. Prepares a chunk itself where no other thread has begun it: with
  /// `threads` 0, and where the library may use one thread alone (set_num_threads). What is thrown in another thread,
  /// std::bad_alloc for example, is thrown here, and the next call tries the same batch again. Throws StateError, as
  /// words() does, for what was moved from.
  std::optional<SkipGramBatch> next();
  /// Words in the corpus, times epochs: what words_done ends at.
  std::int64_t words() const;

 private:
  struct State;
  State& state() const;

  detail::Shared<State> state_;  // of this object alone
};

}  // namespace cornu::text
CORNU_EXPORT_END
