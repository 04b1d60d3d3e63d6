#pragma once
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct SpectralNormalizationOptions {
  std::int64_t power_iterations = 1;  ///< a training call
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// A layer whose kernel (or `embeddings`) each call in training first divides by its largest singular value, as far as
/// power iteration knows it: u ← the unit vector of W·(Wᵀ·u), once or more from where the last call ended. Miyato and
/// others, "Spectral normalization for generative adversarial networks", ICLR 2018.
///
///     layers::SpectralNormalization(layers::Dense(8), {.power_iterations = 2})
///
/// The quotient is written into the kernel, as Keras does in an eager call and on TensorFlow: a training call changes
/// it for good, whatever follows; a call outside of training uses it as it is. The gradient is that of the new kernel.
/// (In a `fit` of Keras on JAX, the kernel that the optimizer changes stays undivided.) Kernel and `vector_u`, a
/// further weight (1, outputs), change together or, when something throws, not at all. A kernel of zeros is left alone.
///
/// Keras passes no mask through, so the layer takes none. Where a layer takes integers, Keras makes integers of its
/// output; here it stays as it is. The constructor throws ValueError for a null pointer and for power_iterations below
/// 1, building ValueError for a layer without a weight of one of the two names.
class SpectralNormalization final : public Layer<SpectralNormalization> {
 public:
  template <std::derived_from<LayerBase> L>
  explicit SpectralNormalization(L layer, SpectralNormalizationOptions options = {})
      : SpectralNormalization(cornu::detail::share(new L(std::move(layer))), std::move(options)) {}
  explicit SpectralNormalization(std::shared_ptr<LayerBase> layer, SpectralNormalizationOptions options = {});

  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input, const CallContext& context) override;
  using LayerBase::build;
  using LayerBase::call;
  void check_data(const Tensor& input) const override { layer_->check_data(input); }
  using LayerBase::check_data;
  std::optional<Shape> expected_input_shape() const override { return layer_->expected_input_shape(); }
  DType expected_input_dtype() const override { return layer_->expected_input_dtype(); }
  Config get_config() const override;
  static std::shared_ptr<SpectralNormalization> from_config(const ConfigView& config);

 private:
  void normalize_kernel();

  std::shared_ptr<LayerBase> layer_;
  std::int64_t power_iterations_;
  Variable kernel_, vector_u_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
