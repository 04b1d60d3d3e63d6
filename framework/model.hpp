#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/history.hpp>
#include <cornu/framework/layer.hpp>
#include <cornu/framework/losses.hpp>
#include <cornu/framework/metrics.hpp>
#include <cornu/framework/optimizer.hpp>
#include <cornu/framework/training_options.hpp>

namespace cornu {

namespace detail {
struct Compiled;
}

/// Fields in the order of Keras's compile.
struct CompileOptions {
  Handle<optim::Optimizer> optimizer = "rmsprop";
  Handle<losses::Loss> loss = {};
  std::vector<Handle<metrics::Metric>> metrics = {};
  std::vector<Handle<metrics::Metric>> weighted_metrics = {};  ///< with the sample weights of fit and evaluate
};

struct CountOptions {
  bool trainable_only = false;
};

/// Layers that are trained together. Sequential is one; a model is itself a layer of other models.
class Model : public LayerBase {
 public:
  explicit Model(LayerOptions options = {});
  ~Model() override;
  Model(Model&&) noexcept;
  Model& operator=(Model&&) noexcept;

  /// What to train with: names as in Keras, or objects. Starts the optimizer anew; the weights stay.
  void compile(CompileOptions options);
  void compile(Handle<optim::Optimizer> optimizer, Handle<losses::Loss> loss,
               std::vector<Handle<metrics::Metric>> metrics = {});

  /// Trains on samples x (n, …) with targets y (n, …). The last batch may be smaller; figures are averages over the
  /// samples. Data are checked whole before the first step; a step that fails changes nothing. Ctrl-C ends the training
  /// after the batch. Throws StateError without compile(), ShapeError for different numbers of samples, ValueError for
  /// options and labels that cannot be used.
  History fit(const Tensor& x, const Tensor& y, const FitOptions& options = {});
  /// Loss and metrics on that data, the weights as they are.
  Logs evaluate(const Tensor& x, const Tensor& y, const EvaluateOptions& options = {});
  /// The outputs for x, batch by batch. Changes nothing, so several threads may call it at once on a built model.
  Tensor predict(const Tensor& x, const PredictOptions& options = {});

  /// One step on one batch; the figures of this batch alone.
  Logs train_on_batch(const Tensor& x, const Tensor& y, const BatchOptions& options = {});
  Logs test_on_batch(const Tensor& x, const Tensor& y, const BatchOptions& options = {});
  Tensor predict_on_batch(const Tensor& x);

  /// Ends fit() after the present batch; for callbacks.
  void stop_training() { stop_training_ = true; }

  const std::vector<std::shared_ptr<LayerBase>>& layers() const { return layers_; }
  /// Throws IndexError, listing the layers there are.
  LayerBase& get_layer(std::string_view name) const;
  LayerBase& get_layer(std::int64_t index) const;

  /// The table that Keras prints: layers, output shapes, parameters.
  void summary();
  std::string summary_text();

  std::vector<Tensor> get_weights();
  void set_weights(const std::vector<Tensor>& weights);
  /// Throws StateError while the model is not built and cannot be.
  std::int64_t count_params(CountOptions options = {});

  /// Throws StateError without compile().
  optim::Optimizer& optimizer() const;
  /// The output's shape, the batch None. Throws StateError while it is not known.
  const Shape& output_shape();

  void check_data(const Tensor& input) const override;
  Config get_config() const override;

 protected:
  /// Adds a layer and names it. Throws ValueError when the name is taken.
  void add_layer(std::shared_ptr<LayerBase> layer);
  void remove_last_layer();
  /// After the layers changed: shapes are to be found anew; layers that have weights keep them.
  void discard_outputs();
  /// Builds from the shape it was built with before, or from the first layer's own idea of its input.
  void build_if_shape_is_known();

  std::optional<Shape> input_shape_;  // with which it was built last
  std::vector<Shape> output_shapes_;  // of each layer, once built

 private:
  std::shared_ptr<detail::Compiled> compiled(const char* asked_by) const;
  void prepare(const Tensor& x);
  Shape output_shape_for(const Tensor& x);
  void check_whole(const losses::Loss& loss, const Tensor& x, const Tensor& y);

  std::vector<std::shared_ptr<LayerBase>> layers_;
  std::shared_ptr<detail::Compiled> compiled_;  // shared with a fit() that runs
  bool stop_training_ = false;
};

}  // namespace cornu
