#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/embedding/row_norms.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct EmbeddingBagOptions {
  Handle<initializers::Initializer> embeddings_initializer = "uniform";
  Handle<regularizers::Regularizer> embeddings_regularizer = {};
  Handle<constraints::Constraint> embeddings_constraint = {};
  std::string mode = "mean";                     ///< or "sum" or "max": how one vector is made of those of a bag
  std::optional<std::int64_t> padding_idx = {};  ///< an id that does not count; its row gets no gradient
  std::optional<Tensor> weights = {};            ///< (input_dim, output_dim): the table to begin with
  std::optional<double> max_norm = {};           ///< as in Embedding
  double norm_type = 2;                          ///< as in Embedding
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// The sum, mean or, feature by feature, largest of the vectors of a bag of ids, as torch.nn.EmbeddingBag: ids
/// (batch, n) → (batch, output_dim), without the vectors themselves ever being written out. A bag without ids, or with
/// padding alone, gives 0. The table is `embeddings` (input_dim, output_dim), and its gradient rows.
///
///     layers::EmbeddingBag(10000, 16, {.mode = "sum", .padding_idx = 0})     // (32, 10) → (32, 16)
///
/// bags() takes bags of any lengths, and a factor for each id: the ids of all bags one after the other, and where each
/// begins.
///
///     bag.bags(Tensor({4, 7, 7, 1, 2}), Tensor({0, 3}))                     // bags 4 7 7 and 1 2 → (2, output_dim)
///
/// Bool ids are 0 and 1, floating ones are truncated. The constructor throws ValueError unless input_dim, output_dim,
/// max_norm and norm_type are positive, `mode` is one of the three and padding_idx an id, ShapeError for `weights` of
/// another shape. A call throws IndexError for an id outside 0 … input_dim-1; see ops::embedding_bag for the rest.
class EmbeddingBag final : public Layer<EmbeddingBag> {
 public:
  EmbeddingBag(std::int64_t input_dim, std::int64_t output_dim, EmbeddingBagOptions options = {});

  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input) override { return call(input, {}); }
  Tensor call(const Tensor& input, const CallContext& context) override;
  /// ids (n,), offsets (bags,) and per_sample_weights (n,), for sums alone → (bags, output_dim).
  Tensor bags(const Tensor& ids, const Tensor& offsets, const std::optional<Tensor>& per_sample_weights = {},
              const CallContext& context = {});
  void check_data(const Tensor& input) const override;
  Config get_config() const override;
  static std::shared_ptr<EmbeddingBag> from_config(const ConfigView& config);
  std::optional<Shape> expected_input_shape() const override { return Shape{None, None}; }
  DType expected_input_dtype() const override { return int32; }

  /// The table. Throws StateError, when it is used, before the layer is built.
  const Variable& embeddings() const { return embeddings_; }

 private:
  Tensor of_renormalized(const Tensor& ids, const Tensor& offsets, ops::BagOptions options) const;
  RowNorms norms() const { return {options_.max_norm, options_.norm_type}; }

  std::int64_t input_dim_, output_dim_;
  EmbeddingBagOptions options_;
  ops::BagMode mode_;
  Variable embeddings_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
