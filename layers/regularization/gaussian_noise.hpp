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

struct GaussianNoiseOptions {
  std::optional<std::uint64_t> seed = {};  ///< of random numbers that only this layer draws
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// In training, adds to each element a normal number of mean 0; otherwise passes its input on. Any shape → the same; a
/// mask passes through.
///
///     layers::GaussianNoise(0.1)
///
/// Throws ValueError unless 0 ≤ stddev ≤ 1, as Keras does.
class GaussianNoise final : public Layer<GaussianNoise> {
 public:
  explicit GaussianNoise(double stddev, GaussianNoiseOptions options = {});
  Tensor call(const Tensor& input, const CallContext& context) override;
  using LayerBase::call;
  Config get_config() const override;
  std::vector<Tensor> state() const override { return noise_.state(); }
  void set_state(const std::vector<Tensor>& state) override { noise_.set_state(state, place()); }
  static std::shared_ptr<GaussianNoise> from_config(const ConfigView& config);

 private:
  double stddev_;
  GaussianNoiseOptions options_;
  Noise noise_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
