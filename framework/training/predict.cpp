// predict: a model's outputs, batch by batch.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/model/progress.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/training/batches.hpp>
#include <cornu/framework/training/data_checks.hpp>

namespace cornu {

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
  const std::int64_t count = detail::steps_of(batches, options.steps);
  detail::Progress progress(count, options.verbose);
  std::vector<std::vector<Tensor>> outputs(output_names().size());
  for (std::int64_t i = 0; i < count; ++i) {
    const Tensors some = apply(batches.batch(i).x, {}).first;
    for (std::size_t k = 0; k < some.size(); ++k) outputs[k].push_back(some[k]);
    if (progress.wants_update(i + 1)) progress.update(i + 1, {});
  }
  progress.finish({});
  Tensors joined;
  for (const std::vector<Tensor>& parts : outputs) joined.push_back(ops::concatenate(parts, 0));
  return joined;
}

Tensor Model::predict_on_batch(const ModelData& x) {
  const bool has_samples = !x.empty() && x[0].defined() && x[0].rank() > 0;
  return predict(x, {.batch_size = std::max<std::int64_t>(has_samples ? x[0].dim(0) : 1, 1)});
}

}  // namespace cornu
