#!/usr/bin/env bash
# onnxruntime 1.32.0 on the CPU: Log, Softplus and Mish of a large tensor have other bits for another number of threads
# (intra_op_num_threads): where a thread's part ends, the last elements are computed in another way, as an element alone
# is. Products, sums, LSTM and Tanh have the same bits for 1, 2, 3 and 4 threads, and a row alone those that it has in a
# batch. So a model with one of the three need not repeat its results from machine to machine.
source "$(dirname "${BASH_SOURCE[0]}")/environment"
with_packages onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6

run_python none <<'PYTHON'
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

random = np.random.default_rng(0)
many = np.abs(random.normal(size=1_000_003)).astype("f4")
matrix, sequence = random.normal(size=(200, 400)).astype("f4"), random.normal(size=(50, 32, 32)).astype("f4")
CASES = {  # the op, its input, its weights
    "Log": (many, {}),
    "Softplus": (many, {}),
    "Mish": (many, {}),
    "Tanh": (many, {}),
    "ReduceSum": (many, {}),
    "MatMul": (matrix, {"w": random.normal(size=(400, 300))}),
    "LSTM": (sequence, {"w": random.normal(size=(1, 256, 32)), "r": random.normal(size=(1, 256, 64))}),
}


def session(op, x, weights, threads):
    node = helper.make_node(op, ["x", *weights], ["y"], **({"hidden_size": 64} if op == "LSTM" else {}))
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None] * x.ndim)]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
    constants = [helper.make_tensor(name, TensorProto.FLOAT, w.shape, w.ravel()) for name, w in weights.items()]
    graph = helper.make_graph([node], "g", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(model.SerializeToString(), options)


def run(op, x, weights, threads):
    return session(op, x, weights, threads).run(None, {"x": x})[0]


print(f"onnxruntime {onnxruntime.__version__}: elements that differ from those with 1 thread, for 2, 3 and 4 threads")
for op, (x, weights) in CASES.items():
    one = run(op, x, weights, 1)
    differ = [int((run(op, x, weights, threads) != one).sum()) for threads in (2, 3, 4)]
    print(f"{op:<10} {differ} of {one.size}")
    assert (max(differ) > 0) == (op in ("Log", "Softplus", "Mish")), f"{op} has changed"

logs = session("Log", many, {}, 1)
alone = np.concatenate([logs.run(None, {"x": many[i : i + 1]})[0] for i in range(200)])
count = int((alone != logs.run(None, {"x": many})[0][:200]).sum())
print(f"Log of an element alone differs from that among others for {count} of the first 200")
assert count > 0, "Log has changed"
PYTHON
