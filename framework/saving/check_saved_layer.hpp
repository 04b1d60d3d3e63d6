#pragma once
#include <concepts>
#include <initializer_list>
#include <memory>
#include <type_traits>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/checks/check_layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// Holds a layer to what a file promises. Put into a model between its inputs and outputs, given other weights, saved
/// as a `.keras` file and loaded, it has the same config, weights of the same names and bits, and the same outputs, in
/// training too; the model has the same config and predicts the same, and nothing is reported.
///
///     register_layer<Scale>("my_package>Scale");
///     const LayerReport report = check_saved_layer([] { return Scale(); }, Shape{4, 3});
///     CHECK_MESSAGE(report.ok(), report.text());
///
/// Takes what check_layer takes; what is thrown is a failure here too. The file stands in a temporary folder meanwhile.
LayerReport check_saved_layer(const LayerMaker& make, const Tensors& inputs);
LayerReport check_saved_layer(const LayerMaker& make, const Shape& input_shape);

template <class Make, class Input>
requires std::derived_from<std::invoke_result_t<const Make&>, LayerBase> LayerReport
check_saved_layer(const Make& make, const Input& input) {
  using T = std::invoke_result_t<const Make&>;
  return check_saved_layer(LayerMaker([&make] { return std::make_unique<T>(make()); }), input);
}

template <class Make>
requires std::derived_from<std::invoke_result_t<const Make&>, LayerBase> LayerReport
check_saved_layer(const Make& make, std::initializer_list<Tensor> inputs) {
  return check_saved_layer(make, Tensors(inputs));
}

}  // namespace cornu
CORNU_EXPORT_END
