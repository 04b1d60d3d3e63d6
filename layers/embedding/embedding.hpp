#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/embedding/row_norms.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct EmbeddingOptions {
  Handle<initializers::Initializer> embeddings_initializer = "uniform";
  Handle<regularizers::Regularizer> embeddings_regularizer = {};
  Handle<constraints::Constraint> embeddings_constraint = {};
  bool mask_zero = false;                  ///< id 0 is padding: make a mask of the ids that are not 0
  std::optional<Tensor> weights = {};      ///< (input_dim, output_dim): the table to begin with
  std::optional<Shape> input_length = {};  ///< ids in a sample: a number, or a shape for samples of rank 2 and more
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
  std::optional<double> max_norm = {};  ///< rows that are looked up are scaled down to this norm
  double norm_type = 2;                 ///< which norm: p of (Σ |x|^p)^(1/p), or infinity for the largest |x|
};

/// Turns ids into vectors: integers of any shape → that shape + (output_dim,), where id i becomes row i of the table
/// `embeddings` (input_dim, output_dim).
///
///     layers::Embedding(1000, 16, {.mask_zero = true})     // (32, 10) → (32, 10, 16)
///
/// Bool ids are 0 and 1, floating ones are truncated. Row 0 is a row as any other, also with mask_zero, when the mask
/// is ids ≠ 0 (before truncation). `input_length` fixes the length where the model's input leaves it open: a Flatten
/// with a Dense behind needs it.
///
/// With max_norm, as in torch.nn.Embedding, a row whose norm n is above it is multiplied by max_norm / (n + 1e-7)
/// before it is used: in the table itself when the call is one of training and the table trainable, which costs the
/// rows looked up alone; otherwise in the output. No gradient goes through that factor.
///
/// The constructor throws ValueError unless input_dim, output_dim, max_norm and norm_type are positive, ShapeError for
/// `weights` of another shape. A call throws IndexError for an id outside 0 … input_dim-1 (negative ones too), naming
/// id, place and limit, and ShapeError for ids that do not have input_length.
class Embedding final : public Layer<Embedding> {
 public:
  Embedding(std::int64_t input_dim, std::int64_t output_dim, EmbeddingOptions options = {});

  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input) override { return call(input, {}); }
  Tensor call(const Tensor& input, const CallContext& context) override;
  Mask compute_mask(const Tensor& input, const Mask& mask) const override;
  void check_data(const Tensor& input) const override;
  Config get_config() const override;
  static std::shared_ptr<Embedding> from_config(const ConfigView& config);
  std::optional<Shape> expected_input_shape() const override;
  DType expected_input_dtype() const override { return int32; }

  std::int64_t input_dim() const { return input_dim_; }
  std::int64_t output_dim() const { return output_dim_; }
  /// Another number of words: the rows that both have stay as they are, new ones are made by embeddings_initializer. An
  /// optimizer goes on with what it remembers of them. Throws ValueError unless input_dim is positive.
  void resize_vocabulary(std::int64_t input_dim);
  /// Other words: row i of the new table is row rows[i] of the old one, or new where that is -1; see
  /// text::vocabulary_rows. Throws IndexError for a row that there is not, ValueError for no rows.
  void remap_vocabulary(const std::vector<std::int64_t>& rows);

  /// The table. Throws StateError, when it is used, before the layer is built.
  const Variable& embeddings() const { return embeddings_; }

 private:
  Shape with_input_length(const Shape& input) const;
  RowNorms norms() const { return {options_.max_norm, options_.norm_type}; }

  std::int64_t input_dim_, output_dim_;
  EmbeddingOptions options_;
  Variable embeddings_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
