// predict: a model's outputs, batch by batch.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <typeinfo>
#include <vector>

#include <cornu/framework/autodiff/record.hpp>
#include <cornu/framework/base/class_name.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/layer/input_layer.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/model/progress.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/config.hpp>
#include <cornu/framework/training/batches.hpp>
#include <cornu/framework/training/data_checks.hpp>

namespace cornu {

namespace {

// Whether the class is one of the library's: what those of a program do when they are called, nobody knows here.
bool is_of_library(const LayerBase& layer) {
  return detail::full_name_of(typeid(layer)).starts_with("cornu::layers::") || typeid(layer) == typeid(Sequential) ||
         typeid(layer) == typeid(Model) || typeid(layer) == typeid(detail::InputLayer);
}

// Whether a layer that has been called keeps something for the next batch: the states of a stateful recurrent one.
bool keeps_states(const LayerBase& layer) {
  const std::vector<Tensor> state = layer.state();  // where random numbers stand is whole numbers
  return std::any_of(state.begin(), state.end(), [](const Tensor& x) { return is_floating(x.dtype()); });
}

// Whether a config holds a function of the program: an activation, say. (That of a Lambda does not tell.)
bool has_function(const Config& config) {
  if (config.is_list()) return std::any_of(config.as_list().begin(), config.as_list().end(), has_function);
  if (!config.is_object()) return false;
  const Config& class_name = config["class_name"];
  return (class_name.is_string() && class_name.as_string() == "function") ||
         std::any_of(config.as_object().begin(), config.as_object().end(),
                     [](const Config::Member& member) { return has_function(member.second); });
}

// Whether batches may be computed at the same time, and in any order.
bool is_free_of_order(const LayerBase& layer) {
  if (!is_of_library(layer) || layer.class_name() == "Lambda" || keeps_states(layer)) return false;
  return std::all_of(layer.sublayers().begin(), layer.sublayers().end(),
                     [](const auto& sublayer) { return is_free_of_order(*sublayer.second); }) &&
         !has_function(layer.get_config());
}

// The outputs for one batch after the other, or for several at a time where there are many.
class Passes {
 public:
  Passes(Model& model, const detail::Batches& batches, std::int64_t count, int verbose)
      : model_(model), batches_(batches), count_(count), progress_(count, verbose) {}

  Tensors run() {
    outputs_.assign(model_.output_names().size(), std::vector<Tensor>(static_cast<std::size_t>(count_)));
    if (count_ > 0) compute(0);
    if (count_ >= many && detail::has_other_threads() && !detail::is_recording() && is_free_of_order(model_))
      detail::parallel_for(count_ - 1, std::clamp<std::int64_t>(count_ / 64, 1, 16), [this](auto first, auto last) {
        for (std::int64_t i = first + 1; i <= last; ++i) compute(i);
      });
    else
      for (std::int64_t i = 1; i < count_; ++i) compute(i);
    progress_.wants_update(count_);
    progress_.finish({});
    Tensors joined;
    for (const std::vector<Tensor>& parts : outputs_) joined.push_back(ops::concatenate(parts, 0));
    return joined;
  }

 private:
  static constexpr std::int64_t many = 16;  // fewer batches leave the threads to their ops

  void compute(std::int64_t i) {
    const Tensors some = model_.apply(batches_.batch(i).x, {}).first;
    for (std::size_t k = 0; k < some.size(); ++k) outputs_[k][static_cast<std::size_t>(i)] = some[k];
    const std::int64_t done = ++done_;
    if (std::this_thread::get_id() == caller_ && progress_.wants_update(done)) progress_.update(done, {});
  }

  Model& model_;
  const detail::Batches& batches_;
  std::int64_t count_;
  detail::Progress progress_;
  std::thread::id caller_ = std::this_thread::get_id();
  std::atomic<std::int64_t> done_ = 0;
  std::vector<std::vector<Tensor>> outputs_;  // of each output, those of the batches
};

}  // namespace

Tensor Model::predict(const ModelData& x, const PredictOptions& options) {
  const std::vector<std::string> outputs = output_names();
  if (outputs.size() != 1)
    throw StateError("predict", fmt::format("the model has several outputs; got predict for {}; use predict_all",
                                            fmt::join(outputs, ", ")));
  return predict_all(x, options)[0];
}

Tensors Model::predict_all(const ModelData& data, const PredictOptions& options) {
  detail::require_positive("predict", "batch_size", options.batch_size);
  detail::require_positive("predict", "steps", options.steps.value_or(1));
  const Tensors x = inputs_of("predict", data);
  detail::require_samples("predict", detail::named("predict", "input", "x", x, input_names()));
  prepare(x);
  if (x[0].dim(0) == 0 || (x[0].dim(0) <= options.batch_size && options.verbose == 0)) return apply(x, {}).first;
  check_data(x);
  const detail::Batches batches({x, {}, {}}, options.batch_size);
  Passes passes(*this, batches, detail::steps_of(batches, options.steps), options.verbose);
  return passes.run();
}

Tensor Model::predict_on_batch(const ModelData& x) {
  const bool has_samples = !x.empty() && x[0].defined() && x[0].rank() > 0;
  return predict(x, {.batch_size = std::max<std::int64_t>(has_samples ? x[0].dim(0) : 1, 1)});
}

}  // namespace cornu
