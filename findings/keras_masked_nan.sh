#!/usr/bin/env bash
# Keras 3.15.1, on TensorFlow 2.21.0 and on JAX 0.10.2: a step that the mask leaves out of an LSTM, GRU or SimpleRNN is not seen
# in the output, whatever it holds, but a NaN in it makes each gradient of the weights NaN. So missing values marked by NaN
# give the right predictions under a mask, and the first training step makes all weights of the layer NaN: they must be
# replaced by finite numbers first. The gradient of a step that was left out is 0, and 0 · NaN is NaN.
source "$(dirname "${BASH_SOURCE[0]}")/environment"
with_packages keras==3.15.1 tensorflow-cpu==2.21.0 jax==0.10.2 numpy==2.4.6

step_with_nan() { # BACKEND
  run_python "$1" <<'PYTHON'
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(1)
x = np.random.default_rng(1).normal(size=(6, 10, 4)).astype("float32")
mask = np.arange(10) < np.array([10, 9, 7, 5, 3, 1])[:, None]
with_nan = np.where(mask[:, :, None], x, np.float32("nan"))
for kind in (layers.LSTM, layers.GRU, layers.SimpleRNN):
    inputs, marks = keras.Input((10, 4)), keras.Input((10,), dtype="bool")
    model = keras.Model([inputs, marks], kind(5)(inputs, mask=marks))
    same = np.array_equal(model.predict([x, mask], verbose=0), model.predict([with_nan, mask], verbose=0))
    model.compile("sgd", "mse")
    model.train_on_batch([with_nan, mask], np.zeros((6, 5), "float32"))
    broken = sum(bool(np.isnan(weight).any()) for weight in model.get_weights())
    print(f"{keras.backend.backend()}: {kind.__name__}: the same output: {same}; weights with NaN after a step: "
          f"{broken} of {len(model.get_weights())}")
PYTHON
}
expected=
for backend in tensorflow jax; do
  for kind in LSTM GRU SimpleRNN; do
    expected+="$backend: $kind: the same output: True; weights with NaN after a step: 3 of 3"$'\n'
  done
done
found=$(step_with_nan tensorflow 2>/dev/null; step_with_nan jax 2>/dev/null)
echo "$found"
[[ $found == "${expected%$'\n'}" ]] || { echo "this has changed"; exit 1; }
