#!/usr/bin/env bash
# Keras 3.15.1: SparseCategoricalCrossentropy takes an axis and uses it, but its get_config() has none. A model that is
# saved and loaded has the loss of the last axis, without a word: here 0.8133 instead of 1.1269. CategoricalCrossentropy
# has its axis in the config.
source "$(dirname "${BASH_SOURCE[0]}")/environment"
with_packages keras==3.15.1 jax==0.10.2 numpy==2.4.6 h5py==3.14.0

run_python jax <<'PYTHON'
import keras
import numpy as np

loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, axis=1)
model = keras.Sequential([keras.Input((2, 2)), keras.layers.Activation("linear")])
model.compile("sgd", loss)
model.save("model.keras")
loaded = keras.models.load_model("model.keras")

x, y = np.array([[[1.0, 2.0], [3.0, 4.0]]], "float32"), np.array([[0, 1]])
before, after = model.evaluate(x, y, verbose=0), loaded.evaluate(x, y, verbose=0)
print(f"Keras {keras.__version__}: {loss.get_config()}")
print(f"loss before saving {before:.4f}, after loading {after:.4f}")
assert "axis" in keras.losses.CategoricalCrossentropy(axis=1).get_config()
if "axis" in loss.get_config() or not np.allclose([before, after], [1.1269281, 0.8132616], atol=1e-4):
    raise SystemExit("this has changed")
PYTHON
