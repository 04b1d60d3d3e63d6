#!/usr/bin/env bash
# Keras 3.15.1 on JAX 0.10.2: a ConvLSTM2D that is given a mask raises ("Incompatible shapes for broadcasting"), unless its
# loop is unrolled. On TensorFlow 2.21.0 it computes, and the unrolled loop on JAX gives what it gives there: at a step
# outside the mask the output is that of the step before.
source "$(dirname "${BASH_SOURCE[0]}")/environment"
with_packages keras==3.15.1 jax==0.10.2 tensorflow-cpu==2.21.0 numpy==2.4.6 h5py==3.14.0

for backend in jax tensorflow; do
  run_python "$backend" <<'PYTHON'
import keras
import numpy as np

backend = keras.backend.backend()
films = np.random.default_rng(0).random((2, 3, 4, 4, 1)).astype("float32")
mask = keras.ops.convert_to_tensor([[True, True, False]] * 2)


def seen(**options):
    layer = keras.layers.ConvLSTM2D(2, 2, padding="same", return_sequences=True, **options)
    try:
        y = np.array(layer(films, mask=mask))
    except ValueError as error:
        return "raises: " + str(error).split("\n")[2].replace("\033[1m", "").strip()[:37]
    return "repeats the output" if np.array_equal(y[:, 2], y[:, 1]) and np.any(y) else "other numbers"


loop, unrolled = seen(), seen(unroll=True)
print(f"Keras {keras.__version__} on {backend}: a loop {loop}; an unrolled one {unrolled}")
assert loop.startswith("raises") == (backend == "jax"), "the loop has changed"
assert unrolled == "repeats the output", "the unrolled loop has changed"
PYTHON
done
