#!/usr/bin/env bash
# Keras 3.15.1 on JAX 0.10.2: after a fit with an optimizer that keeps averages of the weights (use_ema=True) the next fit
# of the same model fails. On TensorFlow 2.21.0 the same program works. See the output for the error.
source "$(dirname "${BASH_SOURCE[0]}")/environment"
with_packages keras==3.15.1 jax==0.10.2 tensorflow-cpu==2.21.0 numpy==2.4.6 h5py==3.14.0

for backend in jax tensorflow; do
  run_python "$backend" <<'PYTHON'
import keras
import numpy as np

model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile(keras.optimizers.Adam(0.01, use_ema=True), "mse")
x, y = np.ones((4, 2), "float32"), np.ones((4, 1), "float32")
model.fit(x, y, verbose=0)

backend = keras.backend.backend()
try:
    model.fit(x, y, verbose=0)
    outcome = "works"
except Exception as error:
    outcome = f"{type(error).__name__}: {str(error).splitlines()[0]}"
print(f"Keras {keras.__version__} on {backend}: the second fit: {outcome}")
if (outcome == "works") != (backend == "tensorflow"):
    raise SystemExit("this has changed")
PYTHON
done
