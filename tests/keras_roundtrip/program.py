"""Who plays cornu's part: the program, or Keras itself for proving that the comparison works."""

import json
import pathlib
import subprocess

import faults
import numpy as np
from environment import keras


class Refusal(Exception):
    """The program ended with an error; the text is what it said."""


class Program:
    """The command-line program cornu. Arrays go through .npy files in `folder`."""

    def __init__(self, path, folder):
        self.path, self.folder = str(path), pathlib.Path(folder)

    def call(self, *arguments):
        command = [self.path, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            raise Refusal(f"exit code {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def data(self, name, values):
        """--x a.npy --x b.npy …"""
        arguments = []
        for i, value in enumerate(values):
            path = self.folder / f"{name}{i}.npy"
            np.save(path, value)
            arguments += [f"--{name}", path]
        return arguments

    def with_weights(self, weights):
        return ["--weights", weights] if weights else []

    def summary(self, case, file):
        found = self.call("inspect", file)
        if "cannot be loaded:" in found:
            raise Refusal(found[found.index("cannot be loaded:") :])
        return self.call("summary", file)

    def predict(self, case, file, weights=None):
        out = self.folder / ("out.npy" if len(case.targets()) == 1 else "out.npz")
        out.unlink(missing_ok=True)
        self.call("predict", file, *self.with_weights(weights), *self.data("x", case.inputs()), "--out", out)
        loaded = np.load(out)
        if isinstance(loaded, np.ndarray):
            return [loaded]
        return [loaded[f"output_{i}"] for i in range(len(loaded.files))]

    def evaluate(self, case, file, weights=None):
        data = [*self.data("x", case.inputs()), *self.data("y", case.targets())]
        return json.loads(self.call("evaluate", file, *self.with_weights(weights), *data))

    def fit(self, case, file, epochs, out, weights=None):
        history = self.folder / "history.json"
        split = ["--validation-split", case.validation_split] if case.validation_split else []
        self.call(
            "fit", file, *self.with_weights(weights), *self.data("x", case.inputs()), *self.data("y", case.targets()),
            "--epochs", epochs, "--batch-size", case.batch, "--no-shuffle", *split, "--out", out, "--history", history,
        )  # fmt: skip
        return json.loads(history.read_text())


class KerasItself:
    """Keras in the place of cornu. `fault` names what it does wrong: proof.py wants to see it found."""

    def __init__(self, fault=None):
        self.fault, self.loaded = fault, None

    def load(self, case, file, weights=None):
        """The same model again for the same file, as far as it has not been trained: JAX would trace it anew."""
        if self.loaded is None or self.loaded[0] != (file, weights) or case.forgets:
            model = keras.models.load_model(file)
            if weights:
                model.load_weights(weights)
            self.loaded = (file, weights), faults.after_loading(self.fault, model)
        return self.loaded[1]

    def summary(self, case, file):
        lines = []
        self.load(case, file).summary(print_fn=lines.append)
        return "\n".join(lines)

    def predict(self, case, file, weights=None):
        return case.predict(self.load(case, file, weights))

    def evaluate(self, case, file, weights=None):
        return case.evaluate(self.load(case, file, weights))

    def fit(self, case, file, epochs, out, weights=None):
        model = self.load(case, file, weights)
        self.loaded = None
        history = faults.in_history(self.fault, case.fit(model, epochs))
        faults.before_saving(self.fault, model)
        if str(out).endswith(".keras"):
            model.save(out)
        else:
            model.save_weights(out)
        return history
