#pragma once
#include <cstdint>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::random {

/// Drawn classes, and how often the true and the drawn ones are expected among them.
struct Candidates {
  Tensor sampled;                 ///< (num_sampled,) int64
  Tensor true_expected_count;     ///< (batch, num_true) float32
  Tensor sampled_expected_count;  ///< (num_sampled,) float32
};

/// Draws num_sampled of the classes 0 … range_max-1 with P(k) = ln((k + 2) / (k + 1)) / ln(range_max + 1), about Zipf's
/// law when classes are numbered by falling frequency; as tf.random.log_uniform_candidate_sampler. The expected count
/// is num_sampled · P(k) or, when no class may come twice (`unique`), 1 − (1 − P(k))^tries for the number of tries it
/// took. true_classes: (batch, num_true) int32 or int64; they may be drawn, too. Throws ValueError for num_sampled or
/// range_max below 1, for more unique classes than there are and for true classes that are not integers, IndexError for
/// a true class outside the range.
Candidates log_uniform_candidate_sampler(const Tensor& true_classes, std::int64_t num_sampled, bool unique,
                                         std::int64_t range_max, Generator generator = next_generator());

}  // namespace cornu::random
CORNU_EXPORT_END
