#!/usr/bin/env bash
# Keras 3.15.1 cannot load a .keras file that it wrote itself, when a layer of the model is also a layer of a model that
# is nested in it. The model runs, and save() succeeds; load_model() gives
#     ValueError: Output with path `` is not connected to `inputs`
source "$(dirname "${BASH_SOURCE[0]}")/environment"
with_packages keras==3.15.1 jax==0.10.2 numpy==2.4.6 h5py==3.14.0

run_python jax <<'PYTHON'
import keras
import numpy as np

shared = keras.layers.Dense(3, name="shared")
inner_input = keras.Input((3,))
inner = keras.Model(inner_input, shared(inner_input), name="inner")
outer_input = keras.Input((3,))
outer = keras.Model(outer_input, keras.layers.Add()([shared(outer_input), inner(outer_input)]))

x = np.ones((1, 3), "float32")
once, both = shared(x), outer.predict(x, verbose=0)
np.testing.assert_allclose(both, 2 * np.asarray(once), rtol=1e-5)  # the model itself is sound
outer.save("model.keras")

print(f"Keras {keras.__version__}")
try:
    keras.models.load_model("model.keras")
except ValueError as error:
    print("load_model: ValueError:", error)
    assert "is not connected to `inputs`" in str(error), "another error"
else:
    raise SystemExit("the file loads now")
PYTHON
