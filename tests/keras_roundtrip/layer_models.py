"""One layer at a time: tables of words, dense layers, shapes, pooling, dropout, hashing."""

from case import WORDS, Case, keras, momentum, sgd

L, R, C = keras.layers, keras.regularizers, keras.constraints


def table(**options):
    return L.Embedding(WORDS, 3, **options)


def pooled(**options):
    return lambda: [table(mask_zero=True, **options), L.GlobalAveragePooling1D(), L.Dense(1)]


def dense(**options):
    return lambda: [L.Dense(2, **options), L.Dense(1)]


CASES = {
    # words
    "embedding_flat": Case(lambda: [table(), L.Flatten(), L.Dense(1)]),
    "embedding_masked_mean": Case(
        lambda: [table(mask_zero=True), L.GlobalAveragePooling1D(), L.Dense(2, "tanh"), L.Dense(1, "sigmoid")],
        y="label",
        loss="binary_crossentropy",
        metrics=["accuracy"],
        validation_split=0.25,
    ),
    "embedding_regularized": Case(pooled(embeddings_regularizer=R.L2(0.05)), optimizer=sgd),
    "embedding_constrained": Case(pooled(embeddings_constraint=C.MaxNorm(0.05, axis=1)), optimizer=momentum),
    "embedding_constrained_columns": Case(pooled(embeddings_constraint="unit_norm"), optimizer=momentum),
    "embedding_frozen": Case(pooled(trainable=False)),
    "embedding_activity": Case(pooled(activity_regularizer="l2"), optimizer=sgd),
    "embedding_integer_input": Case(lambda: [L.Input((4,), dtype="int32"), table(), L.Flatten(), L.Dense(1)]),
    # A training step on JAX takes the mask off the predictions before the metrics see them.
    "embedding_tags": Case(
        lambda: [table(mask_zero=True), L.Dense(3, "softmax")],
        y="tags",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        ignore=("accuracy",),
    ),
    "embedding_open_length": Case(
        lambda: [L.Input((None,), dtype="int32"), table(mask_zero=True), L.GlobalAveragePooling1D(), L.Dense(1)]
    ),
    "embedding_built_by_fit": Case(lambda: [table(), L.Flatten(), L.Dense(1)], optimizer=sgd, built_by_fit=True),
    # dense layers
    "dense": Case(lambda: [L.Dense(1)], "features", metrics=["mae"], optimizer=sgd),
    "dense_deep": Case(lambda: [L.Dense(4, "relu"), L.Dense(3, "tanh"), L.Dense(1)], "features", validation_split=0.25),
    "dense_no_bias": Case(dense(use_bias=False), "features"),
    "dense_on_steps": Case(lambda: [L.Dense(3, "tanh"), L.Dense(2)], "steps", "step_target"),
    "dense_frozen": Case(dense(trainable=False), "features"),
    "dense_activity": Case(dense(activity_regularizer=R.L2(0.1)), "features", optimizer=sgd),
    "dense_named": Case(lambda: [L.Dense(2, name="zz"), L.Dense(1, name="aa")], "features"),
    "dense_twelve": Case(lambda: [*[L.Dense(2) for _ in range(11)], L.Dense(1)], "features", optimizer=sgd),
    "model_frozen": Case(lambda: frozen(keras.Sequential([L.Input((3,)), L.Dense(1)])), "features", optimizer=sgd),
    # shapes
    "reshape": Case(lambda: [L.Reshape((2, 6)), L.Flatten(), L.Dense(1)], "steps"),
    "reshape_inferred": Case(lambda: [L.Reshape((6, -1)), L.Dense(2), L.Flatten(), L.Dense(1)], "steps"),
    "flatten_channels_first": Case(lambda: [L.Flatten(data_format="channels_first"), L.Dense(1)], "steps"),
    "flatten_masked": Case(lambda: [table(mask_zero=True), L.Flatten(), L.Dense(1)]),
    "activation": Case(lambda: [L.Dense(3), L.Activation("softmax"), L.Dense(1)], "features"),
    "pooling": Case(lambda: [L.Dense(2), L.GlobalAveragePooling1D(), L.Dense(1)], "steps"),
    "pooling_keepdims": Case(lambda: [L.GlobalAveragePooling1D(keepdims=True), L.Flatten(), L.Dense(1)], "steps"),
    "pooling_channels_first": Case(
        lambda: [L.GlobalAveragePooling1D(data_format="channels_first"), L.Dense(1)], "steps"
    ),
    # what draws random numbers
    "dropout": Case(lambda: [L.Dense(4), L.Dropout(0.5, seed=1), L.Dense(1)], "features", trains=False, structure=True),
    "dropout_noise_shape": Case(
        lambda: [table(), L.Dropout(0.5, noise_shape=(None, 1, 3)), L.Flatten(), L.Dense(1)],
        trains=False,
        structure=True,
    ),
    # Keras needs TensorFlow for hashing.
    "hashing": Case(
        lambda: [L.Hashing(WORDS), table(), L.GlobalAveragePooling1D(), L.Dense(1)],
        "large_ids",
        backend="tensorflow",
        optimizer=sgd,
    ),
    "hashing_salted": Case(
        lambda: [L.Hashing(WORDS, mask_value=0, salt=[1, 2]), table(mask_zero=True), L.Flatten(), L.Dense(1)],
        "large_ids",
        backend="tensorflow",
        optimizer=sgd,
    ),
    "hashing_one_salt": Case(
        lambda: [L.Hashing(WORDS, salt=7), table(), L.Flatten(), L.Dense(1)],
        "large_ids",
        backend="tensorflow",
        optimizer=sgd,
    ),
}


def frozen(model):
    model.trainable = False
    return keras.Sequential([model, L.Dense(2), L.Dense(1)])
