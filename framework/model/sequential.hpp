#pragma once
#include <concepts>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/model/model.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

template <class T>
concept LayerValue = std::derived_from<std::remove_cvref_t<T>, LayerBase> && !std::is_lvalue_reference_v<T>;

template <class T>
concept LayerVariable = std::derived_from<std::remove_cvref_t<T>, LayerBase> && std::is_lvalue_reference_v<T>;

namespace detail {
/// What a Sequential takes: a layer that moves in, or a shared_ptr to one.
template <class T>
concept FitsSequential = LayerValue<T> || std::convertible_to<T, std::shared_ptr<LayerBase>>;
}  // namespace detail

/// A model whose layers follow one another. Layers move in; to keep hold of one, give a shared_ptr to it.
///
///     Sequential model{layers::Embedding(1000, 16, {.mask_zero = true}), layers::GlobalAveragePooling1D(),
///                      layers::Dense(1, "sigmoid")};
///
/// The weights are made when the input's shape is known: by build(), from the first data, or when somebody looks at a
/// model whose first layer knows its input. A mask goes from layer to layer; one that cannot take it is a StateError
/// when the model is built.
class Sequential : public Layer<Sequential, Model> {
 public:
  Sequential() = default;
  template <class... L>
  requires(sizeof...(L) > 0 && (detail::FitsSequential<L> && ...) &&
           !(sizeof...(L) == 1 && (std::same_as<std::remove_cvref_t<L>, Sequential> &&
                                   ...))) explicit(sizeof...(L) == 1) Sequential(L&&... layers) {
    (add(std::forward<L>(layers)), ...);
  }

  /// Only says how to write it.
  template <class... L>
  requires((!detail::FitsSequential<L> || ...) &&
           !(sizeof...(L) == 1 &&
             (std::same_as<std::remove_cvref_t<L>, Sequential> && ...))) explicit Sequential(L&&...) {
    (say_how_to_add<L>(), ...);
  }

  template <LayerValue L>
  void add(L&& layer) {
    append(detail::share(new std::remove_cvref_t<L>(std::forward<L>(layer))));
  }
  template <class L>
  requires(!detail::FitsSequential<L>) void add(L&&) { say_how_to_add<L>(); }
  void add(std::shared_ptr<LayerBase> layer) { append(std::move(layer)); }
  /// Removes the last layer. Throws StateError when there is none.
  void pop();

  /// Makes the weights that are still missing, and finds the layers' output shapes, for inputs of that shape (the
  /// batch may be None, and counts as None). Keras finds the batch in a file: a stateful layer needs one there.
  void build(const Shape& input_shape) override;
  /// For files: how the input layer is written, "keras.layers" InputLayer. Throws ShapeError unless the model is built
  /// for its shape.
  void set_input_layer(std::shared_ptr<LayerBase> layer);
  Tensor call(const Tensor& input, const CallContext& context) override;
  using Model::call;
  std::pair<Tensor, Mask> call_with_mask(const Tensor& input, const CallContext& context) override;
  std::optional<Shape> expected_input_shape() const override;
  DType expected_input_dtype() const override;

 private:
  template <class L>
  static void say_how_to_add() {
    static_assert(!LayerVariable<L>,
                  "a layer moves into its model: write std::move(layer), or make it with "
                  "auto layer = layers::shared(layers::Dense(8)) to keep hold of it");
    using T = std::remove_cvref_t<L>;
    constexpr bool is_name = std::convertible_to<L, std::string_view>, is_input = std::same_as<T, SymbolicTensor>,
                   is_function = std::invocable<T&, const Tensor&> && !std::derived_from<T, LayerBase>,
                   is_new = std::convertible_to<L, const LayerBase*>;
    static_assert(!is_name, "a name is no layer: write layers::Dense(8, \"relu\"), or layers::Activation(\"relu\")");
    static_assert(!is_input,
                  "a Sequential has no Input: leave it out, and write model.build({None, 4}) where weights are wanted "
                  "before there are data");
    static_assert(!is_function, "a function is no layer: write layers::Activation(function)");
    static_assert(!is_new, "a layer goes in without new: write layers::Dense(8), or layers::shared(layers::Dense(8))");
    static_assert(LayerVariable<L> || is_name || is_input || is_function || is_new || detail::FitsSequential<L>,
                  "a Sequential takes layers, and std::shared_ptr of them; a class of yours is one when it derives, in "
                  "public, from Layer<Self>");
  }
  void append(std::shared_ptr<LayerBase> layer);
};

}  // namespace cornu
CORNU_EXPORT_END
