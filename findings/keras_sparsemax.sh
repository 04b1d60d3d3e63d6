#!/usr/bin/env bash
# Keras 3.15.1: sparsemax gives numbers whose sum is not 1, on JAX, TensorFlow and NumPy alike, as soon as two or more of
# them are above zero: for (0.1, 0.2) it gives (0.35, 0.45) instead of (0.45, 0.55). Sparsemax is the nearest point of
# the simplex (Martins and Astudillo, 2016): max(x - tau, 0), with tau = (the sum of the k largest - 1) / k. Keras adds up
# the sums of the 1, 2, …, k largest in the place of that one sum.
source "$(dirname "${BASH_SOURCE[0]}")/environment"
with_packages keras==3.15.1 jax==0.10.2 tensorflow-cpu==2.21.0 numpy==2.4.6 h5py==3.14.0

for backend in jax tensorflow numpy; do
  run_python "$backend" <<'PYTHON'
import keras
import numpy as np


def sparsemax(x):
    """The definition, for one row."""
    ordered = np.sort(x)[::-1]
    sums = np.cumsum(ordered)
    k = sum(1 + i * value > total for i, (value, total) in enumerate(zip(ordered, sums), 1))
    return np.maximum(x - (sums[k - 1] - 1) / k, 0)


backend = keras.backend.backend()
for row in ([0.1, 0.2], [1.0, 0.9], [0.3, 0.1, -0.2], [3.0, 0.0]):
    x = np.array([row], "float32")
    keras_gives = np.asarray(keras.ops.sparsemax(keras.ops.convert_to_tensor(x)))[0]
    right = sparsemax(x[0])
    print(f"Keras {keras.__version__} on {backend}: {row} -> {keras_gives.round(4)}, sum {keras_gives.sum():.4f}; "
          f"the definition: {right.round(4)}, sum {right.sum():.4f}")
    assert np.isclose(right.sum(), 1, atol=1e-5)
    one_above_zero = (right > 0).sum() == 1
    if np.allclose(keras_gives, right, atol=1e-5) != one_above_zero:
        raise SystemExit("this has changed")
PYTHON
done
