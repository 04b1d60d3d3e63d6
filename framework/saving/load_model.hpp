#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/saving/load_report.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// Fields with Keras's names, and cornu's own behind them.
struct LoadOptions {
  bool compile = true;           ///< with optimizer, loss and metrics of the file, and the optimizer's state
  LoadReport* report = nullptr;  ///< gets a line for each thing that is not as the file has it
  bool strict = false;           ///< such a thing is an error
  /// What may be read of a file that is compressed: an archive that unpacks to more than 64 MiB and more than so many
  /// times its size is refused. The weights may take 32 MiB and ten times what the archive stores of them.
  std::uint64_t max_ratio = 200;
  bool memory_map = false;  ///< leave large weights in the file: pages are read when they are first used
};

/// A model that Keras or cornu wrote: a `.keras` file, a folder of the same members (`zipped=False`), or a whole model
/// as `.h5` of Keras 2, tf_keras or Keras 3. It predicts with Keras's numbers; compiled, it goes on training with the
/// saved state of its optimizer.
///
///     const auto model = load_model("model.keras");
///     model->fit(x, y, {.epochs = 1});
///
/// A `.h5` file of Keras 2 means what Keras 2 did: hard_sigmoid is keras2_hard_sigmoid, a decay is the schedule
/// InverseTimeDecay, a GRU that does not say so has reset_after where its bias has two rows, and where layers join
/// inputs that are under masks, a step counts if all these masks say so. Weights go by layer_names and weight_names,
/// never by position where a name tells more. Without `compile` the training_config is not looked at. Optimizers are
/// those of Keras 3, whose RMSprop and Adagrad have epsilon inside the root. Saved as `.keras`, the model is the same
/// in Keras 3.
///
/// Between layers the ops Absolute, Add, All, Amax, Amin, Any, Ceil, Concatenate, Cos, Cumsum, Divide, Equal, Erf, Exp,
/// ExpandDims, Expm1, Flip, Floor, FloorDivide, Greater, GreaterEqual, Less, LessEqual, Log, Log1p, LogSoftmax,
/// LogicalAnd, LogicalNot, LogicalOr, Logsumexp, Matmul, Max, Maximum, Mean, Min, Minimum, Mod, Multiply, Negative,
/// NotEqual, Power, Prod, Reciprocal, Relu, Relu6, Rsqrt, Sigmoid, Sign, Silu, Sin, Softmax, Softplus, Sqrt, Square,
/// Stack, Std, Subtract, Sum, Tanh, TrueDivide and Var run, on tensors of the graph and numbers. A mask that a layer
/// cannot take ends there, as in Keras; a recurrent layer that is given states gets none unless the file names it, but
/// hands it on. A Sequential or functional model; layers, losses, metrics, optimizers … by the tables of names, those
/// of one's own by register_layer and its like. Nothing that a file names is imported, run or opened. float16 and
/// bfloat16 weights are converted to float32.
///
/// With `memory_map` an array of 64 KiB or more stays in the file if it is not compressed, has the dtype of its weight
/// and begins at a multiple of its element's size. In files of cornu all of them do; Keras places them anywhere. Other
/// arrays are copied, and so are all of a file in memory. Training copies the pages that it changes; the file stays as
/// it is. The checksum of the weights is not compared, which would read all of them. While a tensor of the file lives,
/// the file must be neither written to nor shortened: the program ends where a page is missing. Another file may take
/// its place, as when it is saved to: the old one goes with its last tensor.
///
/// Throws FileError, naming the culprit, for a file that is missing, damaged or no model; with one line for each, by
/// its place in the model, for what the library does not have; for weights that are missing or of another shape. With
/// `strict` also for anything that would have been reported.
std::unique_ptr<Model> load_model(const std::string& path, const LoadOptions& options = {});
/// The same of a file in memory, which may be freed afterwards: a model that is part of a program. `name` stands in
/// errors.
std::unique_ptr<Model> load_model(std::span<const std::byte> file, const LoadOptions& options = {},
                                  const std::string& name = "model in memory");

}  // namespace cornu
CORNU_EXPORT_END
