#include <cornu/framework/training/data_checks.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/model/compiled.hpp>
#include <cornu/framework/model/model.hpp>

namespace cornu {

namespace detail {

namespace {

void require_samples_of_one(const char* where, const NamedTensor& data) {
  const Tensor& x = data.tensor;
  if (!x.defined() || x.is_symbolic() || x.rank() == 0)
    throw ShapeError(where, fmt::format("no samples; got {} of shape {}; expected samples along the first axis",
                                        data.name, x.defined() ? x.shape() : Shape()));
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

void Model::check_samples(const char* where, const Tensors& x, const Tensors& y) const {
  std::vector<detail::NamedTensor> data = detail::named(where, "input", "x", x, input_names());
  for (detail::NamedTensor& target : detail::named(where, "target", "y", y, output_names()))
    data.push_back(std::move(target));
  detail::require_samples(where, data);
  if (x[0].dim(0) == 0)
    throw ValueError(where,
                     fmt::format("no samples; got {} of shape {}; expected at least one", data[0].name, x[0].shape()));
}

void Model::check_labels(const detail::Compiled& compiled, const Tensors& x, const Tensors& y) {
  prepare(x);
  const std::vector<Shape>& shapes = output_shapes_for(x);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const std::string where = fmt::format("target '{}'", compiled.outputs[i].name);
    std::optional<ErrorScope> scope;
    if (y.size() > 1) scope.emplace(where);
    compiled.outputs[i].loss->check_labels(y[i], shapes[i]);
  }
}

void Model::check_whole(const detail::Compiled& compiled, const Tensors& x, const Tensors& y) {
  prepare(x);
  check_data(x);
  check_labels(compiled, x, y);
}

}  // namespace cornu
