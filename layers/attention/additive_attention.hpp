#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/layers/attention/scored_attention.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct AdditiveAttentionOptions {
  bool use_scale = true;                   ///< a weight (dim,) that multiplies tanh(query + key)
  double dropout = 0;                      ///< of the weights of the values, in training
  std::optional<std::uint64_t> seed = {};  ///< of random numbers that only this layer draws
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// Attention whose scores are Σ scale · tanh(query + key), the sum over the last axis; the weight `scale` is (dim,).
/// Bahdanau, Cho and Bengio, "Neural machine translation by jointly learning to align and translate", ICLR 2015.
/// ScoredAttention says the rest.
///
///     layers::AdditiveAttention()({query, value})
///
/// The constructor throws ValueError unless 0 ≤ dropout ≤ 1.
class AdditiveAttention final : public Layer<AdditiveAttention, ScoredAttention> {
 public:
  explicit AdditiveAttention(AdditiveAttentionOptions options = {});
  Config get_config() const override;
  static std::shared_ptr<AdditiveAttention> from_config(const ConfigView& config);

 private:
  void build_scores(std::int64_t dim) override;
  Tensor scores(const Tensor& query, const Tensor& key) const override;

  AdditiveAttentionOptions options_;
  Variable scale_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
