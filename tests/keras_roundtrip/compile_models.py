"""Losses and metrics with their options, by name and as objects."""

from case import WORDS, Case, keras, sgd

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


def spelling(loss, metrics=None, **options):
    return Case(lambda: [L.Dense(4), L.Dense(3)], "steps", "spelling", loss, metrics, **options)


def small_steps():
    return keras.optimizers.SGD(0.001)


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
# Those that have a class each, by name and as objects. With plain SGD: some gradients are 0.
EACH_LOSS = {
    "mape": regression("mape", ["mape"], optimizer=small_steps),
    "msle": regression("MSLE", ["msle", "MAPE"]),
    "cosine": categorical("cosine_similarity", ["cosine_similarity"], None),
    "huber": regression("huber", ["log_cosh_error"]),
    "huber_delta": regression(
        lambda: losses.Huber(delta=0.3), lambda: [M.LogCoshError()], forgets="delta"
    ),
    "log_cosh": regression("log_cosh", ["r2_score"], validation_split=0.25),
    "hinge": Case(head(1), "features", "sign", "hinge", ["hinge", "squared_hinge"]),
    "hinge_of_labels": binary("hinge", ["hinge"], None),
    "squared_hinge": Case(head(1), "features", "sign", losses.SquaredHinge, lambda: [M.Hinge(name="h")]),
    "categorical_hinge": categorical("categorical_hinge", ["categorical_hinge", "top_k_categorical_accuracy"], None),
    "kld": categorical("kld", ["kl_divergence"]),
    "poisson": categorical("poisson", ["poisson"]),
    "binary_focal": binary(
        lambda: losses.BinaryFocalCrossentropy(apply_class_balancing=True, gamma=1.5), ["auc", "precision", "recall"]
    ),
    "categorical_focal": categorical(
        lambda: losses.CategoricalFocalCrossentropy(alpha=[0.2, 0.3, 0.5], label_smoothing=0.1),
        lambda: [M.F1Score(average="macro"), M.TopKCategoricalAccuracy(k=2)],
    ),
    "generalized": sparse(
        lambda: losses.CategoricalGeneralizedCrossEntropy(q=0.7),
        lambda: [M.SparseTopKCategoricalAccuracy(k=2), M.MeanIoU(3, sparse_y_pred=False)],
    ),
    "dice": categorical("dice", lambda: [M.OneHotMeanIoU(3), M.OneHotIoU(3, [0, 1])]),
    "tversky": binary(lambda: losses.Tversky(alpha=0.3, beta=0.7), lambda: [M.BinaryIoU(), "binary_io_u"]),
    "circle": sparse(lambda: losses.Circle(gamma=2.0), None, "tanh"),
    "ctc": spelling("ctc"),
    "confusion": binary(
        "bce",
        lambda: [
            M.TruePositives(),
            M.FalsePositives(thresholds=0.4),
            M.TrueNegatives(),
            M.FalseNegatives(),
            M.Precision(),
            M.Precision(),
            M.SensitivityAtSpecificity(0.5),
            M.SpecificityAtSensitivity(0.5),
            M.PrecisionAtRecall(0.5),
            M.RecallAtPrecision(0.5),
            M.AUC(curve="PR", name="area"),
        ],
    ),
    "scores": categorical(
        "categorical_crossentropy",
        lambda: [
            M.FBetaScore(average="weighted", beta=2.0),
            M.Recall(top_k=2, class_id=1),
            M.PearsonCorrelation(),
            M.ConcordanceCorrelation(),
            M.AUC(multi_label=True, num_labels=3),
        ],
    ),
    "metric_names": binary(
        "bce", ["AUC", "Precision", "true_positives", "FalseNegatives"], compile={"weighted_metrics": ["auc", "Recall"]}
    ),
}
for each in EACH_LOSS.values():
    each.optimizer = each.optimizer if each.optimizer is small_steps else sgd
LOSSES |= EACH_LOSS
CASES = {f"loss_{name}": case for name, case in LOSSES.items()}
CASES["loss_none"] = Case(head(1), "features", trains=False, loss=None)
