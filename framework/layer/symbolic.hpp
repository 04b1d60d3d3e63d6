#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/dtype.hpp>
#include <cornu/framework/tensor/list.hpp>
#include <cornu/framework/tensor/shape.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

namespace detail {
struct SymbolicBody;
}

/// A tensor to be: the output of a layer in a graph of layers, known by shape and dtype before there are data. Input()
/// makes the first ones; a layer called on symbolic tensors makes further ones, and Model(inputs, outputs) a model of
/// what lies between. A handle: copies are the same tensor.
///
///     const auto x = Input({.shape = {10}});
///     const auto y = layers::Dense(1)(layers::Dense(16, "relu")(x));
///     Model model(x, y);
///
/// Layers join symbolic tensors, and so do + − · /, which are Keras's ops; the other ops do not. A default-constructed
/// one is none; using it throws StateError.
class SymbolicTensor {
 public:
  SymbolicTensor() = default;
  SymbolicTensor(const SymbolicTensor& other) noexcept;
  SymbolicTensor(SymbolicTensor&& other) noexcept = default;
  SymbolicTensor& operator=(const SymbolicTensor& other) noexcept;
  SymbolicTensor& operator=(SymbolicTensor&& other) noexcept;
  ~SymbolicTensor();

  /// With the batch, which is None unless Input() was told.
  const Shape& shape() const;
  DType dtype() const;
  /// The name of the layer that makes it; a layer without one gets it from the model.
  const std::string& name() const;

  bool defined() const { return body_ != nullptr; }
  /// The same tensor, not an equal one.
  friend bool operator==(const SymbolicTensor& a, const SymbolicTensor& b) { return a.body_ == b.body_; }

  /// For the engine.
  explicit SymbolicTensor(std::shared_ptr<const detail::SymbolicBody> body);
  const detail::SymbolicBody& body() const;
  bool is_last_handle() const { return body_.use_count() == 1; }

 private:
  std::shared_ptr<const detail::SymbolicBody> body_;  // shares its call
};

using SymbolicTensors = List<SymbolicTensor>;
extern template class List<SymbolicTensor>;

/// Fields in the order of Keras's Input.
struct InputOptions {
  Shape shape = {};                             ///< of a sample, without the batch; None for extents left open
  std::optional<std::int64_t> batch_size = {};  ///< any number unless given
  DType dtype = float32;                        ///< data of another one are cast
  std::string name = {};                        ///< "input_layer", "input_layer_1", … in the model unless given
};

/// Where data enter a model.
///
///     const auto ids = Input({.shape = {None}, .dtype = int32, .name = "ids"});
///
/// Throws ValueError for a batch size below 1.
SymbolicTensor Input(InputOptions options);

/// Element by element, with NumPy's broadcasting, as Keras's ops of these names, which the graph holds as layers "add",
/// "subtract", "multiply", "true_divide" and "negative". Numbers take the tensor's dtype. Masks end there;
/// layers::Add() and its like pass them on. Throws ValueError for two dtypes, ShapeError for shapes that do not fit.
[[nodiscard]] SymbolicTensor operator+(const SymbolicTensor& a, const SymbolicTensor& b);
[[nodiscard]] SymbolicTensor operator-(const SymbolicTensor& a, const SymbolicTensor& b);
[[nodiscard]] SymbolicTensor operator*(const SymbolicTensor& a, const SymbolicTensor& b);
[[nodiscard]] SymbolicTensor operator/(const SymbolicTensor& a, const SymbolicTensor& b);
[[nodiscard]] SymbolicTensor operator+(const SymbolicTensor& a, double b);
[[nodiscard]] SymbolicTensor operator-(const SymbolicTensor& a, double b);
[[nodiscard]] SymbolicTensor operator*(const SymbolicTensor& a, double b);
[[nodiscard]] SymbolicTensor operator/(const SymbolicTensor& a, double b);
[[nodiscard]] SymbolicTensor operator+(double a, const SymbolicTensor& b);
[[nodiscard]] SymbolicTensor operator-(double a, const SymbolicTensor& b);
[[nodiscard]] SymbolicTensor operator*(double a, const SymbolicTensor& b);
[[nodiscard]] SymbolicTensor operator/(double a, const SymbolicTensor& b);
[[nodiscard]] SymbolicTensor operator-(const SymbolicTensor& a);

namespace detail {
SymbolicTensor joined(const SymbolicTensors& tensors, std::int64_t axis);
}

namespace ops {

/// The op of that name in a graph: `ops::concatenate({a, b}, 1)`. A mask ends there; layers::Concatenate() passes it
/// on.
template <std::size_t count>
[[nodiscard]] SymbolicTensor concatenate(const SymbolicTensor (&tensors)[count], std::int64_t axis = -1) {
  return cornu::detail::joined(std::vector<SymbolicTensor>(tensors, tensors + count), axis);
}

}  // namespace ops

}  // namespace cornu
CORNU_EXPORT_END
