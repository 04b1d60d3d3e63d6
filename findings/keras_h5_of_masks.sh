#!/usr/bin/env bash
# Keras 3.15.1 cannot load the .h5 file of a functional model in which a mask is made: the ops that make it stand in the
# config without their module, so that they are looked for among the layers. save() succeeds, and the same model goes through
# a .keras file; load_model() of the .h5 gives
#     Unknown layer: 'NotEqual'
source "$(dirname "${BASH_SOURCE[0]}")/environment"
with_packages keras==3.15.1 jax==0.10.2 numpy==2.4.6 h5py==3.14.0

run_python jax <<'PYTHON'
import keras
import numpy as np

ids = keras.Input((4,), dtype="int32")
steps = keras.layers.Embedding(6, 3, mask_zero=True)(ids)
model = keras.Model(ids, keras.layers.GlobalAveragePooling1D()(steps))
x = np.array([[1, 2, 0, 0], [3, 4, 5, 0]])
expected = model.predict(x, verbose=0)

model.save("model.keras")
np.testing.assert_allclose(keras.models.load_model("model.keras").predict(x, verbose=0), expected, rtol=1e-6)
model.save("model.h5")

print(f"Keras {keras.__version__}: the .keras file predicts as the model does")
try:
    keras.models.load_model("model.h5")
except Exception as error:
    print(f"load_model of the .h5 file: {type(error).__name__}: {str(error)[:120]}")
    assert "NotEqual" in str(error), "another error"
else:
    raise SystemExit("the .h5 file loads now")
PYTHON
