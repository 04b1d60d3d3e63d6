#include <cornu/layers/normalization/assign_both.hpp>

#include <algorithm>

#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::layers {

void assign_both(const Variable& a, const Tensor& a_value, const Variable& b, const Tensor& b_value) {
  Tensor &to_a = a.writable(), &to_b = b.writable();
  detail::for_floating_type(to_a.dtype(), [&]<class T>(T) {
    T *a_elements = to_a.mutable_data<T>(), *b_elements = to_b.mutable_data<T>();
    std::copy_n(a_value.data<T>(), a_value.size(), a_elements);
    std::copy_n(b_value.data<T>(), b_value.size(), b_elements);
  });
}

}  // namespace cornu::layers
