#pragma once
// Internal: an op between the layers of a graph, as Keras files have them.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/list_layer.hpp>
#include <cornu/framework/ops/ops.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

/// What an op is called with: a tensor of the graph or a number.
struct OperationArgument {
  std::optional<double> number = {};  // nothing: the next input of the layer
};

/// A node of keras.ops in a graph: elementwise ops of two operands, `Add`, `NotEqual`, …, of which one may be a number,
/// and of one operand, `Exp`, `Relu`, …; reductions, `Mean`, `Max`, …; ops along an axis, `Softmax`, `ExpandDims`, …,
/// and of several tensors, `Concatenate` and `Stack`. Keras's names; operation_names() lists them. Masks end here, as
/// in Keras.
class Operation final : public Layer<Operation, ListLayer> {
 public:
  /// `config` is Keras's, {"name": "mean", "axis": 1, "keepdims": false}; options that are missing have Keras's
  /// defaults. Throws ValueError for an op that is not in the table, and for another number of arguments than it takes,
  /// FileError for an option that is not known or cannot be used.
  Operation(std::string keras_class, std::vector<OperationArgument> arguments, std::string name,
            Config config = Config::object());

  Tensors call(const Tensors& inputs, const CallContext& context) override;
  Masks compute_mask(const Tensors&, const Masks&) const override { return {}; }
  std::string class_name() const override { return keras_class_; }
  Config get_config() const override { return Config(config_).set("name", name()); }
  /// Keras's module of the op, "keras.src.ops.numpy".
  std::string_view module() const;
  const std::vector<OperationArgument>& arguments() const { return arguments_; }
  /// Whether its tensors are one argument, a list.
  bool takes_list() const;

 private:
  std::string keras_class_;
  std::vector<OperationArgument> arguments_;
  Config config_;
  ops::ReduceOptions reduce_ = {};  // of a reduction
  std::int64_t axis_ = -1;          // of what runs along one
};

/// The ops that run, by Keras's class names, in the order of the alphabet.
std::vector<std::string_view> operation_names();

}  // namespace cornu::detail
CORNU_EXPORT_END
