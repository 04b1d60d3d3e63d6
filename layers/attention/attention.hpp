#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/layers/attention/scored_attention.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct AttentionOptions {
  bool use_scale = false;                  ///< a scalar weight that multiplies the scores
  std::string score_mode = "dot";          ///< "dot", or "concat" for tanh(query + key)
  double dropout = 0;                      ///< of the weights of the values, in training
  std::optional<std::uint64_t> seed = {};  ///< of random numbers that only this layer draws
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// Attention whose scores are query · key, scaled by the weight `scale` if asked for (Luong and others, "Effective
/// approaches to attention-based neural machine translation", EMNLP 2015); with score_mode "concat",
/// concat_score_weight · Σ tanh(scale · (query + key)), a scalar weight more. ScoredAttention says the rest.
///
///     layers::Attention()({query, value})
///     const auto [y, scores] = layers::Attention({.use_scale = true}).all_outputs({query, value, key},
///         {.return_attention_scores = true, .use_causal_mask = true}).unpack<2>();
///
/// The constructor throws ValueError for another score_mode and unless 0 ≤ dropout ≤ 1.
class Attention final : public Layer<Attention, ScoredAttention> {
 public:
  explicit Attention(AttentionOptions options = {});
  Config get_config() const override;
  static std::shared_ptr<Attention> from_config(const ConfigView& config);

 private:
  void build_scores(std::int64_t dim) override;
  Tensor scores(const Tensor& query, const Tensor& key) const override;
  Tensor multiplied_query(const Tensor& query) const override;

  AttentionOptions options_;
  Variable scale_, concat_score_weight_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
