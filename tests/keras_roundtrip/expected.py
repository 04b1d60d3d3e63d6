"""Keras's side of a case: the file that leaves, and what must come of it, in a folder of the case.

model.keras                      the model after case.epochs epochs; of a case of weights, the untrained model
weights.weights.h5, .json        then these are what leaves
x<i>.npy, y<i>.npy               the data
predict.npz, evaluate.json       what the model gives, summary.txt what it is
trained.keras, .weights.h5       after two more epochs; trained.json is their history, trained.npz the predictions
later.npz, later.json            weights and predictions after one more epoch, and its history
"""

import json

import numpy as np
from case import keras
from keras.src.utils.naming import reset_uids

LEFT = {"": None, "plain": "weights.weights.h5", "sharded": "weights.weights.json"}


def left_weights(case, folder):
    """The file of weights that leaves, or None."""
    name = LEFT[case.weights]
    return folder / name if name else None


def trained_name(case, name="trained"):
    return f"{name}.weights.h5" if case.weights else f"{name}.keras"


def load(case, folder, file=None):
    """What Keras reads of a file in the folder; of the one that left unless named.

    Ops that make masks get names from Keras as it reads them; they are numbered from the start, as in a process of its own.
    """
    reset_uids()
    if not case.weights:
        return keras.models.load_model(folder / (file or "model.keras"))
    model = keras.models.load_model(folder / "model.keras")
    model.load_weights(folder / file if file else left_weights(case, folder))
    return model


def save(case, model, path):
    if case.weights:
        model.save_weights(path)
    else:
        model.save(path)


def save_left(case, model, folder):
    if not case.weights:
        model.save(folder / "model.keras")
        return
    case.build().save(folder / "model.keras")
    if case.weights == "sharded":
        model.save_weights(left_weights(case, folder), max_shard_size=2e-7)
    else:
        model.save_weights(left_weights(case, folder))


def write_arrays(path, **lists):
    """Lists of arrays as name_0, name_1, …; 16-bit numbers as float32, which NumPy can write."""
    arrays = {f"{name}_{i}": v for name, values in lists.items() for i, v in enumerate(map(np.asarray, values))}
    np.savez(path, **{k: v.astype("float32") if v.dtype.itemsize == 2 else v for k, v in arrays.items()})


def read_arrays(path, name):
    with np.load(path) as arrays:
        return [arrays[f"{name}_{i}"] for i in range(sum(key.startswith(name + "_") for key in arrays.files))]


def write_json(path, value):
    path.write_text(json.dumps(value, default=float, indent=1))


def read_json(path):
    return json.loads(path.read_text())


def write_data(case, folder):
    for name, values in (("x", case.inputs()), ("y", case.targets())):
        for i, value in enumerate(values):
            np.save(folder / f"{name}{i}.npy", value)


def write_summary(model, folder):
    lines = []
    model.summary(print_fn=lines.append)
    (folder / "summary.txt").write_text("\n".join(lines))


def write_present(case, get_model, folder):
    model = get_model()
    write_arrays(folder / "predict.npz", output=case.predict(model))
    if model.compiled and case.loss is not None:
        write_json(folder / "evaluate.json", case.evaluate(get_model()))


def write_future(case, model, folder):
    """Two epochs, then one more. Where Keras forgets something in a file, it goes by way of the file itself."""
    trained = trained_name(case)
    again = (lambda file: load(case, folder, file)) if case.forgets else (lambda file: model)
    model = again(None)
    write_json(folder / "trained.json", case.fit(model, 2))
    save(case, model, folder / trained)
    write_arrays(folder / "trained.npz", output=case.predict(again(trained)), weight=model.get_weights())
    model = again(trained)
    write_json(folder / "later.json", case.fit(model, 1))
    write_arrays(folder / "later.npz", output=case.predict(model), weight=model.get_weights())


def make(case, folder):
    folder.mkdir(parents=True, exist_ok=True)
    with case.numbers():
        model = case.build()
        if case.epochs:
            case.fit(model, case.epochs)
        # Before the layers are quantised, or split by LoRA: Keras counts the bytes, scales and factors that a weight is then
        # made of. cornu reads the weight that they stand for, and counts that.
        write_summary(model, folder)
        if case.after:
            case.after(model)
        save_left(case, model, folder)
        reload = lambda: load(case, folder)
        write_data(case, folder)
        if not case.refused or case.predicts:
            write_present(case, reload if case.forgets else lambda: model, folder)
        if case.trains and not case.refused:
            write_future(case, model, folder)
