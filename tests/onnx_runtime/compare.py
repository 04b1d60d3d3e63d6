"""compare.py FOLDER: runs each model.onnx below FOLDER in onnxruntime on its inputs, and compares with what predict gave."""

import pathlib
import sys

import numpy as np
import onnx
import onnxruntime

TOLERANCE = {"float32": 2e-6, "float64": 1e-12}


def arrays(case, letter):
    paths = sorted(case.glob(letter + "*.npy"), key=lambda path: int(path.stem[1:]))
    return [np.load(path) for path in paths]


def difference(case):
    onnx.checker.check_model(str(case / "model.onnx"), full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(case / "model.onnx", options, providers=["CPUExecutionProvider"])
    inputs = {given.name: x for given, x in zip(session.get_inputs(), arrays(case, "x"), strict=True)}
    largest = 0.0
    for expected, got in zip(arrays(case, "y"), session.run(None, inputs), strict=True):
        if got.shape != expected.shape or got.dtype != expected.dtype:
            raise ValueError(f"got {got.dtype} {got.shape}; expected {expected.dtype} {expected.shape}")
        if not np.array_equal(np.isnan(got), np.isnan(expected)):
            raise ValueError("NaN in other places")
        scale = np.maximum(1, np.abs(expected.astype("float64")))
        with np.errstate(invalid="ignore"):
            apart = np.where(got == expected, 0, np.abs(got.astype("float64") - expected) / scale)
        largest = max(largest, float(np.nan_to_num(apart).max(initial=0)))
        if largest > TOLERANCE.get(str(expected.dtype), 0):
            raise ValueError(f"differs by {largest:.1e} of the value, or of 1")
    return largest


def main():
    cases = sorted(path.parent for path in pathlib.Path(sys.argv[1]).glob("*/model.onnx"))
    failed, largest = [], 0.0
    for case in cases:
        try:
            largest = max(largest, difference(case))
        except Exception as error:  # what onnxruntime throws has no common class
            failed.append(f"{case.name}: {str(error).splitlines()[0]}")
    print("\n".join(failed))
    print(f"onnxruntime {onnxruntime.__version__}, onnx {onnx.__version__}: {len(cases) - len(failed)} of {len(cases)} models equal, "
          f"the largest difference {largest:.1e}")
    return 1 if failed or len(cases) < 200 else 0


if __name__ == "__main__":
    sys.exit(main())
