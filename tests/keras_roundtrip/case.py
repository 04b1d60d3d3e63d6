"""A case: a model that Keras makes, what it is trained on, and what of the trip it takes part in."""

import contextlib
import dataclasses
from collections.abc import Callable

from environment import jax, keras
import numpy as np
from keras.src.utils.naming import reset_uids

SAMPLES, STEPS, FEATURES, WORDS, CLASSES = 14, 4, 3, 8, 3
BATCH = 8  # so that the second batch is a smaller one


def numbers(seed, *shape, low=-1.0, high=1.0):
    """Random numbers with two decimals."""
    return np.round(np.random.default_rng(seed).uniform(low, high, shape), 2).astype("float32")


def word_ids(seed, steps):
    """Ids with repeats, and 0 in front, behind and in between; each row has a word."""
    ids = np.random.default_rng(seed).integers(1, WORDS, (SAMPLES, steps)).astype("int32")
    for row in range(SAMPLES):
        kind = row % 5
        if kind == 1:
            ids[row, -1] = 0
        elif kind == 2:
            ids[row, 0] = 0
        elif kind == 3:
            ids[row, 1] = 0
        elif kind == 4:
            ids[row, 1:] = 0
    return ids


def make_data():
    ids, other_ids = word_ids(1, STEPS), word_ids(2, 3)
    features, steps = numbers(3, SAMPLES, FEATURES), numbers(4, SAMPLES, STEPS, FEATURES)
    classes = (ids[:, 0] % CLASSES).astype("int32")
    return {
        "ids": ids,
        "other_ids": other_ids,
        "large_ids": (ids * 1000003).astype("int32"),
        "first_word": ids[:, :1] % WORDS,
        "second_word": np.maximum(other_ids[:, :1], 1),
        "features": features,
        "other_features": numbers(5, SAMPLES, FEATURES),
        "pairs": numbers(6, SAMPLES, 2),
        "steps": steps,
        "other_steps": numbers(7, SAMPLES, STEPS, FEATURES),
        "image": numbers(8, SAMPLES, 4, 4, 1),
        "target": np.round(features[:, :1] * 2 + (ids[:, :1] > 3), 2),
        "target2": numbers(9, SAMPLES, 2),
        "target3": numbers(10, SAMPLES, 3),
        "step_target": numbers(11, SAMPLES, STEPS, 2),
        "label": (ids[:, :1] > 3).astype("float32"),
        "class": classes,
        "one_hot": np.eye(CLASSES, dtype="float32")[classes],
        "tags": (ids % CLASSES).astype("int32"),
        "sign": np.where(ids[:, :1] > 3, 1, -1).astype("float32"),
        "spelling": np.stack([1 + ids[:, 0] % 2, (ids[:, 0] % 3) * (ids[:, 1] % 2)], axis=1).astype("int32"),
    }


DATA = make_data()


def sgd():
    return keras.optimizers.SGD(0.1)


def momentum():
    return keras.optimizers.SGD(0.1, momentum=0.5)


def adam():
    return keras.optimizers.Adam(0.01)


@dataclasses.dataclass
class Case:
    """One model and its way. `make` gives a list of layers, for a Sequential, or a whole model."""

    make: Callable
    x: str | tuple = "ids"  # names in DATA
    y: str | tuple = "target"
    loss: object = "mse"
    metrics: object = None  # a function that makes them, or a list of names
    optimizer: Callable = adam
    compile: dict = dataclasses.field(default_factory=dict)
    validation_split: float = 0.0
    epochs: int = 1  # before the model leaves Keras
    trains: bool = True  # numbers of training are compared
    structure: bool = False  # without them: it is trained and comes back, and only what the file says is compared
    limit: float = 1e-5  # of predictions
    batch: int = BATCH
    ignore: tuple = ()  # figures that are not compared; a comment says why
    forgets: str = ""  # what Keras itself loses in a file; the trained model that is loaded is then the measure
    dtype: str = "float32"  # float64 runs JAX in 64 bits; another one is read as float32
    backend: str = "jax"
    after: Callable | None = None  # what happens to the trained model before it is saved
    refused: tuple = ()  # names that the refusal must hold
    predicts: bool = False  # though it is refused: what is missing is needed for evaluate and fit alone
    built_by_fit: bool = False  # the file then has the size of the first batch as part of the input's shape
    weights: str = ""  # "plain" or "sharded": only weights travel
    name: str = ""

    def inputs(self):
        return arrays(self.x, self.batch if self.fixed_batch else SAMPLES)

    def targets(self):
        return arrays(self.y, self.batch if self.fixed_batch else SAMPLES)

    @property
    def fixed_batch(self):
        return self.batch != BATCH

    def build(self):
        """The model, built and compiled; names are numbered from the start, whatever was built before."""
        reset_uids()
        keras.utils.set_random_seed(1)
        model = self.make()
        if isinstance(model, list):
            model = keras.Sequential(model)
        if not model.built and not self.built_by_fit:
            model.build((None, *DATA[self.x].shape[1:]))
        metrics = self.metrics() if callable(self.metrics) else self.metrics
        loss = self.loss() if callable(self.loss) else self.loss
        model.compile(self.optimizer(), loss, metrics=metrics, **self.compile)
        return model

    def fit(self, model, epochs):
        """Trains on, as `cornu fit --no-shuffle` does, and gives the history."""
        history = model.fit(
            one_or_list(self.inputs()),
            one_or_list(self.targets()),
            batch_size=self.batch,
            epochs=epochs,
            shuffle=False,
            validation_split=self.validation_split,
            verbose=0,
        ).history
        if model.optimizer.use_ema:
            # fit ends by giving weights and averages one buffer each two, and on JAX the next fit fails over that.
            model.set_weights(model.get_weights())
        return history

    def predict(self, model):
        outputs = model.predict(one_or_list(self.inputs()), verbose=0)
        return [np.asarray(output) for output in keras.tree.flatten(outputs)]

    def evaluate(self, model, batch_size=32):
        """The figures by name; Keras's batch size and cornu's is 32."""
        return model.evaluate(
            one_or_list(self.inputs()),
            one_or_list(self.targets()),
            batch_size=batch_size,
            verbose=0,
            return_dict=True,
        )

    def numbers(self):
        """In which numbers Keras computes, and where the file of this case is made."""
        return float64() if self.dtype == "float64" else policy(self.dtype)


def arrays(names, samples):
    names = (names,) if isinstance(names, str) else names
    return [DATA[name][:samples] for name in names]


def one_or_list(values):
    return values[0] if len(values) == 1 else values


@contextlib.contextmanager
def policy(name):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


@contextlib.contextmanager
def float64():
    """JAX in 64 bits, and Keras leaving float64 as it is."""
    from keras.src.backend.common import dtypes

    narrowed = dtypes.BIT64_TO_BIT32_DTYPE["float64"]
    with jax.enable_x64(True), policy("float64"):
        keras.config.set_floatx("float64")
        dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
        try:
            yield
        finally:
            dtypes.BIT64_TO_BIT32_DTYPE["float64"] = narrowed
            keras.config.set_floatx("float32")
