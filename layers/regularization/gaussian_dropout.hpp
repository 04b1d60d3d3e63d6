#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/regularization/noise.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct GaussianDropoutOptions {
  std::optional<std::uint64_t> seed = {};  ///< of random numbers that only this layer draws
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// In training, multiplies each element by a normal number of mean 1 and standard deviation √(rate / (1 − rate));
/// otherwise passes its input on. Any shape → the same; a mask passes through. Srivastava and others, "Dropout: a
/// simple way to prevent neural networks from overfitting", JMLR 15, 2014.
///
///     layers::GaussianDropout(0.2)
///
/// Throws ValueError unless 0 ≤ rate < 1. (Keras takes 1, and fails in training.)
class GaussianDropout final : public Layer<GaussianDropout> {
 public:
  explicit GaussianDropout(double rate, GaussianDropoutOptions options = {});
  Tensor call(const Tensor& input, const CallContext& context) override;
  using LayerBase::call;
  Config get_config() const override;
  std::vector<Tensor> state() const override { return noise_.state(); }
  void set_state(const std::vector<Tensor>& state) override { noise_.set_state(state, place()); }
  static std::shared_ptr<GaussianDropout> from_config(const ConfigView& config);

 private:
  double rate_;
  GaussianDropoutOptions options_;
  Noise noise_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
