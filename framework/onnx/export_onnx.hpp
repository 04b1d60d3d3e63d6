#pragma once
#include <string>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

class Model;

struct OnnxOptions {
  std::string graph_name = {};  ///< the model's name unless given
};

/// Writes what predict() computes as an ONNX file, for runtimes in other languages: opset 17, IR version 8.
///
///     export_onnx(model, "model.onnx");
///
/// Inputs and outputs have the names of the model's input and output layers, their shapes and dtypes; extents that are
/// left open, the batch first of all, stay open. Ids outside of a table, which predict() refuses, are the runtime's
/// business: ONNX counts negative ones from the end, CategoryEncoding leaves them out, and IntegerLookup without an id
/// for unknown integers gives -1. So is NaN in the windows of MaxPooling: onnxruntime skips it.
/// Padding is left out as here, in recurrent layers too: those that get a mask run in a loop (Scan), other ones are
/// ONNX's own LSTM, GRU and RNN. The graph is checked, and its shapes inferred, by the onnx library before the file is
/// written, whole or not at all.
///
/// Throws StateError for a model that is not built, ValueError for layers that ONNX has no words for, all of them in
/// one message (Hashing, layers of yours, stateful recurrent layers, convolutions of other dtypes than float32, masks
/// of attention that are not (batch, steps), the activation sparsemax and functions without a name), FileError when the
/// file cannot be written. Graphs of 2 GiB and more do not fit in one file: ValueError.
void export_onnx(Model& model, const std::string& path, const OnnxOptions& options = {});

}  // namespace cornu
CORNU_EXPORT_END
