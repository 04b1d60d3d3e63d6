#include <cornu/framework/layer/symbolic.hpp>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/layer/layer_call.hpp>
#include <cornu/framework/layer/mask_change.hpp>

namespace cornu {

SymbolicTensor::SymbolicTensor(std::shared_ptr<const detail::SymbolicBody> body) : body_(std::move(body)) {}
SymbolicTensor::SymbolicTensor(const SymbolicTensor& other) noexcept = default;
SymbolicTensor& SymbolicTensor::operator=(const SymbolicTensor& other) noexcept = default;
SymbolicTensor& SymbolicTensor::operator=(SymbolicTensor&& other) noexcept = default;
SymbolicTensor::~SymbolicTensor() = default;

const detail::SymbolicBody& SymbolicTensor::body() const {
  if (!body_)
    throw StateError("SymbolicTensor",
                     "no tensor; got a default-constructed SymbolicTensor; expected one from Input() or from a layer");
  return *body_;
}

const Shape& SymbolicTensor::shape() const { return body().shape; }
DType SymbolicTensor::dtype() const { return body().dtype; }

const std::string& SymbolicTensor::name() const {
  const detail::LayerCall* call = body().call;
  while (dynamic_cast<const detail::MaskChange*>(call->layer.get())) call = call->inputs[0].body().call;
  return call->layer->name();
}

template class List<SymbolicTensor>;

}  // namespace cornu
