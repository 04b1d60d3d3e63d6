#!/usr/bin/env bash
# Keras 3.15.1 on JAX 0.10.2: fit, evaluate and predict begin every batch of a stateful recurrent layer with states of
# zero. On TensorFlow 2.21.0 the states go on from batch to batch and from epoch to epoch, as the layer's documentation
# says; so they do on JAX when the model is called directly. The layer here counts: each batch adds 1 to its state.
source "$(dirname "${BASH_SOURCE[0]}")/environment"
with_packages keras==3.15.1 jax==0.10.2 tensorflow-cpu==2.21.0 numpy==2.4.6 h5py==3.14.0

for backend in jax tensorflow; do
  run_python "$backend" <<'PYTHON'
import keras
import numpy as np

counter = {"kernel_initializer": "ones", "recurrent_initializer": "ones", "activation": "linear"}


def model():
    layer = keras.layers.SimpleRNN(1, stateful=True, **counter)
    made = keras.Sequential([keras.Input((1, 1), batch_size=1), layer])
    made.compile(keras.optimizers.SGD(0.0), "mse")
    return made


x, zeros = np.ones((3, 1, 1), "float32"), np.zeros((3, 1), "float32")
backend = keras.backend.backend()
predicted = model().predict(x, batch_size=1, verbose=0).ravel().tolist()
losses = model().fit(x, zeros, batch_size=1, epochs=2, shuffle=False, verbose=0).history["loss"]
called = model()
directly = [float(called(x[:1])[0, 0]) for _ in range(3)]
print(f"Keras {keras.__version__} on {backend}: predict {predicted}; losses of two epochs {losses}; called {directly}")

goes_on = [1.0, 2.0, 3.0]
assert directly == goes_on, "a direct call has changed"
expected = [1.0, 1.0, 1.0] if backend == "jax" else goes_on
assert predicted == expected, "predict has changed"
expected = [1.0, 1.0] if backend == "jax" else [(1 + 4 + 9) / 3, (16 + 25 + 36) / 3]
assert np.allclose(losses, expected), "fit has changed"
PYTHON
done
