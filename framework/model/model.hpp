#pragma once
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/model/compile_options.hpp>
#include <cornu/framework/model/history.hpp>
#include <cornu/framework/model/load_weights_options.hpp>
#include <cornu/framework/model/model_data.hpp>
#include <cornu/framework/model/training_options.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

class LoadReport;

namespace detail {
struct Compiled;
class Graph;
struct Samples;
}  // namespace detail

struct CountOptions {
  bool trainable_only = false;
};

/// Layers that are trained together: those that lie between inputs and outputs of a graph,
///
///     const auto question = Input({.shape = {None}, .dtype = int32, .name = "question"});
///     const auto answer = Input({.shape = {None}, .dtype = int32, .name = "answer"});
///     …
///     Model model({question, answer}, score);
///     model.fit({{"question", questions}, {"answer", answers}}, y);
///
/// or one after the other in a Sequential. Data come as one tensor, as a list in the order of the inputs and outputs,
/// or by their names (see Data); they go as one tensor or as a list. A model is itself a layer of other models.
class Model : public Layer<Model> {
 public:
  explicit Model(LayerOptions options = {});
  /// All layers that lead from the inputs to the outputs, which may be any tensors of a graph; other models may share
  /// them. Layers without names are numbered ("dense", "dense_1") in the order in which they were called. Throws
  /// ValueError, with names, for an input that is given twice or leads to no output, for an output that needs another
  /// input, and for two layers that were given the same name.
  Model(SymbolicTensors inputs, SymbolicTensors outputs, LayerOptions options = {});
  ~Model() override;
  Model(Model&&) noexcept;
  Model& operator=(Model&&);

  /// What to train with: names as in Keras, or objects. Starts the optimizer anew; the weights stay. With several
  /// outputs, the loss is the weighted sum of theirs, and their figures are called "<output>_loss" (where there are two
  /// losses or more), "<output>_accuracy". Throws ValueError for the name of no loss, metric or output, when several
  /// outputs have another number of losses, weights or metrics, and when no output has a loss.
  void compile(CompileOptions options);
  void compile(Handle<optim::Optimizer> optimizer, LossList loss, MetricList metrics = {});
  /// Only says how to write it.
  template <class M>
  requires(!std::convertible_to<const M&, MetricList>) void compile(Handle<optim::Optimizer>, LossList, const M&) {
    static_assert(std::convertible_to<const M&, MetricList>,
                  "metrics are a list in braces: model.compile(\"adam\", \"mse\", {\"mae\"}). Weights of losses have a "
                  "name: model.compile({.optimizer = \"adam\", .loss = \"mse\", .loss_weights = {0.5}})");
  }

  /// Trains on samples x (n, …) with targets y (n, …), one each an input and output. The last batch may be smaller;
  /// figures are averages over the samples. Data are checked whole before the first step; a step that fails leaves
  /// weights and optimizer as they were, but for what layers change themselves while they are called: random draws, the
  /// state of stateful layers, rows that max_norm shortens. Ctrl-C ends the training, or the validation, after the
  /// batch (History::interrupted). The first loss that is no number is said in the log. Throws StateError without
  /// compile(), ShapeError for different numbers of samples, ValueError for options, labels and weights that cannot be
  /// used, for another number of inputs or targets, and for a name that the model has not, that is missing or given
  /// twice.
  History fit(const ModelData& x, const ModelData& y, const FitOptions& options = {});
  /// Loss and metrics on that data, the weights as they are.
  Logs evaluate(const ModelData& x, const ModelData& y, const EvaluateOptions& options = {});
  /// The output for x, batch by batch. Changes nothing, so several threads may call it at once on a built model. Many
  /// batches are computed several at a time (set_num_threads), if all layers are the library's own, none stateful or
  /// with a function of the program; others are called on this thread, batch after batch. Throws StateError when the
  /// model has several outputs: predict_all gives them all.
  Tensor predict(const ModelData& x, const PredictOptions& options = {});
  /// `const auto [scores, topics] = model.predict_all(x).unpack<2>();`
  Tensors predict_all(const ModelData& data, const PredictOptions& options = {});

  /// One step on one batch; the figures of this batch alone.
  Logs train_on_batch(const ModelData& x, const ModelData& y, const BatchOptions& options = {});
  Logs test_on_batch(const ModelData& x, const ModelData& y, const BatchOptions& options = {});
  Tensor predict_on_batch(const ModelData& x);

  /// Only says how to write it.
  template <class L>
  requires(!std::convertible_to<const L&, LossList>) void compile(Handle<optim::Optimizer>, const L&,
                                                                  const MetricList& = {}) {
    static_assert(std::convertible_to<const L&, LossList>,
                  "a loss is a name, a losses::Loss or a function of labels and predictions: "
                  "[](const Tensor& y_true, const Tensor& y_pred) -> Tensor { ... }");
  }

  /// Ends fit() after the present batch; for callbacks.
  void stop_training() { stop_training_ = true; }
  /// Whether fit() is to end, or was ended, by stop_training().
  bool is_stopped() const { return stop_training_; }
  /// For callbacks, in on_train_begin: the epochs before this one, counted from 0, are done already.
  void begin_with_epoch(std::int64_t epoch) { first_epoch_ = epoch; }

  const std::vector<std::shared_ptr<LayerBase>>& layers() const { return layers_; }
  /// Throws IndexError, listing the layers there are.
  LayerBase& get_layer(std::string_view name) const;
  LayerBase& get_layer(std::int64_t index) const;

  /// Writes a `.keras` file: architecture, weights, and, compiled, loss, metrics and the state of the optimizer. Keras
  /// 3 opens it and goes on; so does load_model, which also finds the random state. The file is written whole or not at
  /// all, and what a file at `path` was before stays until then. Throws ValueError unless the path ends with ".keras",
  /// StateError for a model without weights or of a class of one's own, FileError when the file cannot be written.
  /// Says in the report what Keras will not find in the file or not know.
  void save(const std::string& path, LoadReport* report = nullptr) const;
  /// Writes the weights alone, `.weights.h5`, with the optimizer's state where there is one.
  void save_weights(const std::string& path) const;
  /// Takes the weights of a `.weights.h5`, `.weights.json` (sharded), `.keras` or `.h5` file into a built model, and,
  /// compiled and without options, the state of the same optimizer.
  ///
  ///     model.load_weights("pretrained.h5", {.skip_mismatch = true, .by_name = true, .report = &report});
  ///
  /// Weights go by their place in the model. Layers of a `.h5` file (Keras 2, tf_keras and 3, weights alone or a whole
  /// model) go by their names where file and model have the same ones, otherwise by their order, as in Keras; arrays of
  /// a layer by the names of the layers inside, since Keras writes those of frozen layers last, and by their order
  /// where names do not tell. Throws StateError for a model that is not built, ValueError for by_name with another kind
  /// of file, and FileError for weights that are missing or of another shape, each by name; nothing has changed then.
  void load_weights(const std::string& path, const LoadWeightsOptions& options = {});

  /// The table that Keras prints: layers, output shapes, parameters. In lines of 80 columns, or as many as a narrower
  /// terminal has.
  void summary();
  std::string summary_text(int line_length = 80);

  std::vector<Tensor> get_weights();
  void set_weights(const std::vector<Tensor>& weights);
  /// Throws StateError while the model is not built and cannot be.
  std::int64_t count_params(CountOptions options = {});

  /// Throws StateError without compile().
  optim::Optimizer& optimizer() const;
  bool is_compiled() const { return compiled_ != nullptr; }
  /// For files: what compile() made; null without it.
  detail::Compiled* compiled_with() const { return compiled_.get(); }
  /// The input's shape, the batch None. Throws StateError while it is not known; of several, the first one's.
  Shape input_shape() const;
  /// The output's shape, the batch None. Throws StateError while it is not known; of several, the first one's.
  const Shape& output_shape();
  /// What a model was made from; none for a Sequential.
  SymbolicTensors inputs() const;
  SymbolicTensors outputs() const;
  /// Names of the Inputs, and of the layers that give the outputs: of a Sequential "x" and its last layer's.
  std::vector<std::string> input_names() const;
  std::vector<std::string> output_names() const;

  std::string class_name() const override;
  Tensor call(const Tensor& input, const CallContext& context) override;
  using LayerBase::call;
  std::pair<Tensor, Mask> call_with_mask(const Tensor& input, const CallContext& context) override;
  std::pair<Tensors, Masks> call_with_masks(const Tensors& inputs, const CallContext& context) override;
  std::optional<Shape> expected_input_shape() const override;
  DType expected_input_dtype() const override;
  void check_data(const Tensor& input) const override;
  void check_data(const Tensors& inputs) const override;
  Config get_config() const override;

 protected:
  /// Adds a layer and names it. Throws ValueError when the name is taken.
  void add_layer(std::shared_ptr<LayerBase> layer);
  void remove_last_layer();
  /// After the layers changed: shapes are to be found anew; layers that have weights keep them.
  void discard_outputs();
  /// Builds from the shape it was built with before, or from the first layer's own idea of its input.
  void build_if_shape_is_known();

  std::optional<Shape> input_shape_;        // with which it was built last
  std::shared_ptr<LayerBase> input_layer_;  // of a Sequential, as files have it; or null
  std::vector<Shape> output_shapes_;        // of each layer, once built

 private:
  std::shared_ptr<detail::Compiled> compiled(const char* asked_by) const;
  void name_layers();
  void prepare(const Tensors& x);
  const std::vector<Shape>& output_shapes_for(const Tensors& x);
  Tensors inputs_of(const char* where, const ModelData& x) const;
  std::vector<std::string> target_names(const detail::Compiled& compiled) const;
  detail::Samples samples_of(const char* where, const detail::Compiled& compiled, const ModelData& x,
                             const ModelData& y, const ModelData& sample_weight,
                             const ClassWeights& class_weight = {}) const;
  void check_whole(const detail::Compiled& compiled, const Tensors& x, const Tensors& y);
  void check_labels(const detail::Compiled& compiled, const Tensors& x, const Tensors& y);

  std::vector<std::shared_ptr<LayerBase>> layers_;
  std::shared_ptr<const detail::Graph> graph_;        // none for a Sequential
  std::shared_ptr<detail::Compiled> compiled_;        // shared with a fit() that runs
  std::vector<Shape> data_shapes_, shapes_for_data_;  // of the inputs last trained or tested on, and their outputs
  bool stop_training_ = false;
  std::int64_t first_epoch_ = 0;  // of the fit() that runs
};

}  // namespace cornu
CORNU_EXPORT_END
