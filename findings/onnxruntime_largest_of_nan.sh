#!/usr/bin/env bash
# onnxruntime 1.32.0 on the CPU: MaxPool and GlobalMaxPool pass over NaN, and give the least float for a window of nothing
# else; ReduceMax gives NaN where it comes first or alone, and passes over it elsewhere. NumPy, PyTorch and Keras give NaN
# for all of these. (The operators of ONNX do not say.)
source "$(dirname "${BASH_SOURCE[0]}")/environment"
with_packages onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6

run_python none <<'PYTHON'
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

nan = float("nan")
ROWS = ([nan, 1, 2], [1, nan, 2], [1, 2, nan], [nan, nan, nan])


def largest(op, **attributes):
    node = helper.make_node(op, ["x"], ["y"], **attributes)
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in (("x", [1, 1, 3]), ("y", None)))
    model = helper.make_model(helper.make_graph([node], "g", [x], [y]), opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return [float(session.run(None, {"x": np.float32([[row]])})[0].ravel()[0]) for row in ROWS]


print(f"onnxruntime {onnxruntime.__version__}, onnx {onnx.__version__}; of {ROWS}")
pool, whole, reduced = largest("MaxPool", kernel_shape=[3]), largest("GlobalMaxPool"), largest("ReduceMax")
for op, found in (("MaxPool", pool), ("GlobalMaxPool", whole), ("ReduceMax", reduced)):
    print(f"{op:<14} {found}")
least = float(np.finfo(np.float32).min)
assert pool == whole == [2, 2, 2, least], "a pool has changed"
assert [np.isnan(value) for value in reduced] == [True, False, False, True], "ReduceMax has changed"
PYTHON
