"""Losses and metrics with their options, by name and as objects."""

from case import WORDS, Case, keras

L, M = keras.layers, keras.metrics
losses = keras.losses


def head(units, activation=None):
    return lambda: [L.Dense(3, "tanh"), L.Dense(units, activation)]


def regression(loss, metrics=None, **options):
    return Case(head(1), "features", "target", loss, metrics, **options)


def binary(loss, metrics=None, activation="sigmoid", **options):
    return Case(head(1, activation), "features", "label", loss, metrics, **options)


def sparse(loss, metrics=None, activation="softmax", **options):
    return Case(head(3, activation), "features", "class", loss, metrics, **options)


def categorical(loss, metrics=None, activation="softmax", **options):
    return Case(head(3, activation), "features", "one_hot", loss, metrics, **options)


def tags(loss, **options):
    return Case(lambda: [L.Embedding(WORDS, 3), L.Dense(3)], "ids", "tags", loss, **options)


LOSSES = {
    "mse": regression("mse", ["mse", "mae"], validation_split=0.25),
    "mse_full_name": regression("mean_squared_error", ["root_mean_squared_error"]),
    "mse_object": regression(losses.MeanSquaredError, lambda: [M.MeanAbsoluteError(name="error")]),
    "mse_sum": regression(
        lambda: losses.MeanSquaredError(reduction="sum"), optimizer=lambda: keras.optimizers.SGD(0.01)
    ),
    "mae": regression("mae", lambda: [M.RootMeanSquaredError(), M.MeanSquaredError()]),
    "mae_object": regression(lambda: losses.MeanAbsoluteError(name="mine")),
    "bce": binary("binary_crossentropy", ["accuracy", "binary_crossentropy"], validation_split=0.25),
    "bce_logits": binary(lambda: losses.BinaryCrossentropy(from_logits=True), None, None),
    "bce_smoothing": binary(
        lambda: losses.BinaryCrossentropy(label_smoothing=0.1), lambda: [M.BinaryAccuracy(threshold=0.4)]
    ),
    "sparse": sparse("sparse_categorical_crossentropy", ["acc", "sparse_categorical_accuracy"]),
    "sparse_logits": sparse(
        lambda: losses.SparseCategoricalCrossentropy(from_logits=True),
        lambda: [M.SparseCategoricalCrossentropy(from_logits=True), "accuracy"],
        None,
    ),
    "sparse_ignoring": tags(lambda: losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0)),
    "categorical": categorical("categorical_crossentropy", ["accuracy", "categorical_accuracy"]),
    "categorical_smoothing": categorical(
        lambda: losses.CategoricalCrossentropy(label_smoothing=0.1, from_logits=True),
        lambda: [M.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)],
        None,
    ),
    "crossentropy": sparse("crossentropy", ["accuracy"]),
    "metric_objects": binary(
        "binary_crossentropy", lambda: [M.Accuracy(), M.BinaryCrossentropy(label_smoothing=0.2, name="smooth")]
    ),
    "weighted_metrics": binary("bce", ["accuracy"], compile={"weighted_metrics": ["mae"]}),
}
CASES = {f"loss_{name}": case for name, case in LOSSES.items()}
CASES["loss_none"] = Case(head(1), "features", trains=False, loss=None)
