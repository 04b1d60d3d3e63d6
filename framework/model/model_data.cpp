#include <cornu/framework/model/model_data.hpp>

#include <cornu/framework/formats/named_tensors.hpp>

namespace cornu {

template struct NamedItem<Tensor>;
template class NamedList<Tensor>;

ModelData::ModelData(const NamedTensors& tensors) {
  for (const auto& [name, tensor] : tensors) add(name, tensor);
}

}  // namespace cornu
