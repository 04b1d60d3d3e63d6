#pragma once
#include <concepts>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// What check_layer found: a sentence for each promise that the layer broke.
struct LayerReport {
  std::vector<std::string> failures;
  std::int64_t checked = 0;  ///< how many promises were tried
  bool ok() const { return checked > 0 && failures.empty(); }
  /// The failures, a line each.
  std::string text() const;
};

/// What is known of the layer beforehand; what is left out is not compared.
struct LayerExpectations {
  std::optional<Shape> output_shape = {};                     ///< of the (first) output, for the input as it is given
  std::optional<std::vector<std::string>> weight_names = {};  ///< in the order of get_weights()
  std::optional<Tensor> mask = {};  ///< a mask that fits each input; (batch, steps) is tried unless given
  double tolerance = 1e-7;          ///< of the gradients' relative error
};

/// Makes a layer anew at each call.
using LayerMaker = Callable<std::unique_ptr<LayerBase>()>;

/// Holds a layer to what every layer promises:
///
/// - a call on tensors without elements tells the shapes and dtypes of the real outputs: for the batch as it is given,
///   for batches of 1, 3 and 0 samples, and for a batch of None;
/// - a layer with one input and one output gives the same for a tensor and for a list of one;
/// - all weights have names, and a symbolic call makes the same weights as a real one;
/// - in float64, the gradients of the inputs and of each trainable weight agree with central differences;
/// - a layer that supports no masks refuses one; for the others a mask that is true everywhere changes nothing, a
///   sample whose steps are all masked gives finite numbers, and the mask that is passed on fits the output;
/// - get_weights and set_weights carry the weights over into another layer; set_weights refuses a wrong number or
///   shape, and then changes nothing;
/// - a step against the gradient of a mean squared error lowers that error;
/// - freezing keeps all weights and trains none;
/// - set_seed fixes the weights and what is random in training;
/// - a layer that files can name, one of cornu's or one that is registered, and that has no function without a name,
///   is made again from its config: with the same config, weights and outputs. check_saved_layer puts a file between.
///
///     const LayerReport report = check_layer([] { return layers::Dense(3, "tanh"); }, Shape{4, 5});
///     CHECK_MESSAGE(report.ok(), report.text());
///
///     check_layer([] { return layers::Add(); }, {random::normal({2, 3}), random::normal({2, 3})});
///
/// An input (batch, …) has at least one sample; a shape stands for normally distributed numbers. Calls
/// random::set_seed, so later draws of the program follow from it. What the layer throws is a failure, not an
/// exception.
LayerReport check_layer(const LayerMaker& make, const Tensors& inputs, const LayerExpectations& expected = {});
LayerReport check_layer(const LayerMaker& make, const Shape& input_shape, const LayerExpectations& expected = {});

template <class Make, class Input>
requires std::derived_from<std::invoke_result_t<const Make&>, LayerBase> LayerReport
check_layer(const Make& make, const Input& input, const LayerExpectations& expected = {}) {
  using T = std::invoke_result_t<const Make&>;
  return check_layer(LayerMaker([&make] { return std::make_unique<T>(make()); }), input, expected);
}

template <class Make>
requires std::derived_from<std::invoke_result_t<const Make&>, LayerBase> LayerReport
check_layer(const Make& make, std::initializer_list<Tensor> inputs, const LayerExpectations& expected = {}) {
  return check_layer(make, Tensors(inputs), expected);
}

}  // namespace cornu
CORNU_EXPORT_END
