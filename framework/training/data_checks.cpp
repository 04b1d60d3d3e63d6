#include <cornu/framework/training/data_checks.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/model/by_name.hpp>
#include <cornu/framework/model/compiled.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/training/batches.hpp>

namespace cornu {

namespace detail {

namespace {

void require_samples_of_one(const char* where, const NamedTensor& data) {
  const Tensor& x = data.tensor;
  if (!x.defined())
    throw ShapeError(where, fmt::format("{} holds nothing; got a default-constructed Tensor; expected samples along "
                                        "the first axis",
                                        data.name));
  if (x.is_symbolic() || x.rank() == 0)
    throw ShapeError(where, fmt::format("no samples; got {} of shape {}; expected samples along the first axis",
                                        data.name, x.shape()));
}

}  // namespace

std::vector<NamedTensor> named(const char* where, const char* kind, const char* only, const Tensors& tensors,
                               const std::vector<std::string>& names) {
  if (tensors.size() != names.size())
    throw ValueError(where, fmt::format("another number of {}s; got {}; expected {}: {}", kind, tensors.size(),
                                        names.size(), fmt::join(names, ", ")));
  std::vector<NamedTensor> all;
  for (std::size_t i = 0; i < tensors.size(); ++i)
    all.push_back({kind, names.size() == 1 ? only : fmt::format("{} '{}'", kind, names[i]), tensors[i]});
  return all;
}

void require_samples(const char* where, const std::vector<NamedTensor>& data) {
  for (const NamedTensor& one : data) require_samples_of_one(where, one);
  const NamedTensor& first = data.front();
  for (const NamedTensor& one : data)
    if (one.tensor.dim(0) != first.tensor.dim(0))
      throw ShapeError(where, fmt::format("{} and {} have different numbers of samples; got {} and {}; expected one {} "
                                          "a sample",
                                          first.name, one.name, first.tensor.shape(), one.tensor.shape(), one.kind));
}

void require_positive(const char* where, const char* option, std::int64_t value) {
  if (value < 1) throw ValueError(where, fmt::format("{} is too small; got {}; expected 1 or more", option, value));
}

}  // namespace detail

void Model::prepare(const Tensors& x) {
  if (built()) return;
  std::vector<Shape> shapes;
  for (const Tensor& input : x) shapes.push_back(input.shape().with(0, None));
  ensure_built(Shapes(std::move(shapes)));
}

// Inputs may have other extents than those that the model was built with. Batch after batch has the same ones, so they
// are kept.
const std::vector<Shape>& Model::output_shapes_for(const Tensors& x) {
  const auto is_alike = [](const Tensor& input, const Shape& shape) { return input.shape().with(0, None) == shape; };
  if (std::equal(x.begin(), x.end(), data_shapes_.begin(), data_shapes_.end(), is_alike)) return shapes_for_data_;
  data_shapes_.clear();
  shapes_for_data_.clear();
  Tensors symbolic;
  for (const Tensor& input : x) symbolic.push_back(Tensor::symbolic(input.shape().with(0, None), input.dtype()));
  for (const Tensor& output : apply(symbolic, {}).first) shapes_for_data_.push_back(output.shape());
  for (const Tensor& input : symbolic) data_shapes_.push_back(input.shape());
  return shapes_for_data_;
}

Tensors Model::inputs_of(const char* where, const ModelData& x) const {
  return x.has_names() ? detail::all_in_order(x, {where, "input", input_names()}) : x.items();
}

std::vector<std::string> Model::target_names(const detail::Compiled& compiled) const {
  return graph_ ? compiled.output_names : output_names();
}

namespace {

// Nothing is asked of the target of an output that has neither loss nor metrics.
bool needs_target(const detail::Compiled::Output& output) {
  return output.loss || !output.metrics.empty() || !output.weighted_metrics.empty();
}

Tensors targets_of(const char* where, const detail::Compiled& compiled, const ModelData& y,
                   const std::vector<std::string>& names) {
  const detail::NamesOf known{where, "target", names};
  return detail::in_order(y, known, [&](const std::string& name) {
    const auto place = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    if (needs_target(compiled.outputs[place])) detail::throw_missing(y.names(), name, known);
    return Tensor();
  });
}

void require_samples(const char* where, const detail::Compiled& compiled, const detail::Samples& samples,
                     const std::vector<std::string>& input_names, const std::vector<std::string>& target_names) {
  std::vector<detail::NamedTensor> data = detail::named(where, "input", "x", samples.x, input_names);
  std::vector<detail::NamedTensor> targets = detail::named(where, "target", "y", samples.y, target_names);
  for (std::size_t i = 0; i < targets.size(); ++i)
    if (targets[i].tensor.defined() || needs_target(compiled.outputs[i])) data.push_back(std::move(targets[i]));
  detail::require_samples(where, data);
  if (samples.count() == 0)
    throw ValueError(where, fmt::format("no samples; got {} of shape {}; expected at least one", data[0].name,
                                        samples.x[0].shape()));
}

}  // namespace

detail::Samples Model::samples_of(const char* where, const detail::Compiled& compiled, const ModelData& x,
                                  const ModelData& y, const ModelData& sample_weight,
                                  const ClassWeights& class_weight) const {
  const std::vector<std::string> names = target_names(compiled);
  detail::Samples samples{inputs_of(where, x), targets_of(where, compiled, y, names), {}};
  require_samples(where, compiled, samples, input_names(), names);
  samples.weight = detail::combined_weights(where, samples.y, sample_weight, class_weight, names);
  return samples;
}

void Model::check_labels(const detail::Compiled& compiled, const Tensors& x, const Tensors& y) {
  prepare(x);
  const std::vector<Shape>& shapes = output_shapes_for(x);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const std::string where = fmt::format("target '{}'", compiled.outputs[i].name);
    std::optional<ErrorScope> scope;
    if (y.size() > 1) scope.emplace(where);
    if (compiled.outputs[i].loss) compiled.outputs[i].loss->check_labels(y[i], shapes[i]);
  }
}

void Model::check_whole(const detail::Compiled& compiled, const Tensors& x, const Tensors& y) {
  prepare(x);
  check_data(x);
  check_labels(compiled, x, y);
}

}  // namespace cornu
