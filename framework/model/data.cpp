#include <cornu/framework/model/data.hpp>

#include <cornu/framework/formats/named_tensors.hpp>

namespace cornu {

template struct Named<Tensor>;
template class NamedList<Tensor>;

Data::Data(const NamedTensors& tensors) {
  for (const auto& [name, tensor] : tensors) add(name, tensor);
}

}  // namespace cornu
