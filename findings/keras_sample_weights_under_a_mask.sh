#!/usr/bin/env bash
# Keras 3.15.1: sample weights, one a sample, for outputs (samples, steps, 1) under a mask. Where there are as many steps as
# samples, weight j goes to step j of every sample, without a word; for another number of steps it raises. A weight of
# shape (samples, 1) goes to the sample. On JAX 0.10.2 and TensorFlow 2.21.0 alike.
source "$(dirname "${BASH_SOURCE[0]}")/environment"
with_packages keras==3.15.1 jax==0.10.2 tensorflow-cpu==2.21.0 numpy==2.4.6 h5py==3.14.0

for backend in jax tensorflow; do
  run_python "$backend" <<'PYTHON'
import keras
import numpy as np


def loss(steps, weights):
    """Of two samples. The error is 2 at the first step of each, 1 at others."""
    layers = [keras.Input((steps, 1)), keras.layers.Masking(0.0), keras.layers.Dense(1, kernel_initializer="ones")]
    model = keras.Sequential(layers)
    model.compile("sgd", "mse")
    targets = np.zeros((2, steps, 1), "float32")
    targets[:, 0] = -1
    return float(model.test_on_batch(np.ones((2, steps, 1), "float32"), targets, sample_weight=np.float32(weights)))


first, second, column = loss(2, [1, 0]), loss(2, [0, 1]), loss(2, [[1], [0]])
try:
    three = loss(3, [1, 0])
except Exception as error:
    three = type(error).__name__
backend = keras.backend.backend()
print(f"Keras {keras.__version__} on {backend}, two steps: [1, 0] {first}, [0, 1] {second}, [[1], [0]] {column}; three: {three}")
assert first == 2.0 and second == 0.5, "the weights are those of samples now"
assert column == 1.25, "a column of weights has changed"
assert three == "ValueError", "another number of steps has changed"
PYTHON
done
