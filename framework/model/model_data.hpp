#pragma once
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/model/named_list.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

class NamedTensors;
extern template struct NamedItem<Tensor>;
extern template class NamedList<Tensor>;

/// Inputs, targets or sample weights of a model: one tensor, a list of them in the order of the model's inputs or
/// outputs, or each with the name of its input or output, in any order:
///
///     model.fit(x, y)
///     model.fit({questions, answers}, y)
///     model.fit({{"question", questions}, {"answer", answers}}, y)
///     model.predict(read_npz("texts.npz"))
///
/// Vectors of numbers are copied into a tensor: (n,), or (n, m) of rows. Throws ShapeError for rows of different
/// lengths.
class ModelData : public NamedList<Tensor> {
 public:
  using NamedList::NamedList;
  ModelData() = default;
  ModelData(const NamedTensors& tensors);
  template <Element T>
  ModelData(const std::vector<T>& values) : NamedList(Tensor(values)) {}
  template <Element T>
  ModelData(const std::vector<std::vector<T>>& rows) : NamedList(Tensor(rows)) {}
};

}  // namespace cornu
CORNU_EXPORT_END
