"""Numeric preprocessing in front of a model, adapted to its data or told what it needs."""

import numpy as np
from case import DATA, WORDS, Case, keras, sgd

L = keras.layers


def adapted(layer, x):
    """Built first for any number of samples: adapt() builds for as many as it sees, and files say so."""
    layer.build((None, *DATA[x].shape[1:]))
    layer.adapt(DATA[x])
    return layer


def crossed(output_mode):
    def make():
        first, second = L.Input((1,), dtype="int32"), L.Input((1,), dtype="int32")
        x = L.HashedCrossing(6, output_mode=output_mode)([first, second])
        x = L.Flatten()(L.Embedding(6, 2)(x)) if output_mode == "int" else x
        return keras.Model([first, second], L.Dense(1)(x))

    return Case(make, ("first_word", "second_word"), optimizer=sgd, backend="tensorflow")


def looked_up(**options):
    def make():
        ids = L.Input((4,), dtype="int32")
        x = L.IntegerLookup(vocabulary=[1, 3, 5, 6], **options)(ids)
        x = L.Flatten()(L.Embedding(7, 2)(x)) if "output_mode" not in options else x
        return keras.Model(ids, L.Dense(1)(x))

    return Case(make, optimizer=sgd, backend="tensorflow")


CASES = {
    "rescaling": Case(lambda: [L.Rescaling(0.5, -1.0), L.Dense(1)], "features", optimizer=sgd),
    "rescaling_vector": Case(lambda: [L.Rescaling([0.5, 2.0, 1.0]), L.Dense(1)], "features", optimizer=sgd),
    "rescaling_array": Case(
        lambda: [L.Rescaling(np.float32([0.5, 2.0, 1.0]), np.float32([1.0])), L.Dense(1)], "features", optimizer=sgd
    ),
    "normalization": Case(lambda: [adapted(L.Normalization(), "features"), L.Dense(1)], "features", optimizer=sgd),
    "normalization_axes": Case(
        lambda: [adapted(L.Normalization(axis=[1, 2], invert=True), "steps"), L.Dense(2)],
        "steps",
        "step_target",
        optimizer=sgd,
    ),
    "normalization_tensorflow": Case(
        lambda: [adapted(L.Normalization(axis=None), "features"), L.Dense(1)],
        "features",
        optimizer=sgd,
        backend="tensorflow",
    ),
    "normalization_given": Case(
        lambda: [L.Normalization(mean=[0.5, 1, 2], variance=[1, 4, 0.25]), L.Dense(1)], "features", optimizer=sgd
    ),
    "discretization": Case(
        lambda: [L.Discretization([-0.5, 0.0, 0.5], output_mode="one_hot"), L.Flatten(), L.Dense(1)],
        "features",
        optimizer=sgd,
    ),
    "discretization_adapted": Case(
        lambda: [adapted(L.Discretization(num_bins=4), "features"), L.Embedding(4, 2), L.Flatten(), L.Dense(1)],
        "features",
        optimizer=sgd,
    ),
    "category_encoding": Case(lambda: [L.CategoryEncoding(WORDS), L.Dense(1)], optimizer=sgd),
    "category_encoding_count": Case(
        lambda: [L.CategoryEncoding(WORDS, output_mode="count"), L.Dense(1)], optimizer=sgd
    ),
    "hashed_crossing": crossed("int"),
    "hashed_crossing_one_hot": crossed("one_hot"),
    "integer_lookup": looked_up(mask_token=0, num_oov_indices=2),
    "integer_lookup_count": looked_up(output_mode="count"),
    "integer_lookup_tf_idf": looked_up(output_mode="tf_idf", idf_weights=[0.5, 1.0, 2.0, 0.25]),
}
